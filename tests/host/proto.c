// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads exports.list and compares the module's reading of each prototype with
 * the generator's; or says what is wrong with one: proto WORD-SIZE [NAME TEXT].
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto.h"

static unsigned int stack_of(const char *flags)
{
	const char *s = strstr(flags, "stack=");

	return s ? atoi(s + 6) : 0;
}

int main(int argc, char **argv)
{
	unsigned int bad = 0, n = 0, nargs, word_size = argc > 1 ? atoi(argv[1]) : 8;
	char class[16], name[128], hash[16], flags[256], text[512];
	struct kml_proto proto;
	const char *why;

	if (argc == 4) {
		puts(kml_proto_parse(&proto, argv[2], argv[3], word_size) ?: "good");
		return 0;
	}
	while (scanf("%15s %127s %15s %u %255s %511[^\t] %*s\n", class, name, hash, &nargs, flags, text) == 6) {
		if (strstr(flags, "variadic"))
			continue;
		why = kml_proto_parse(&proto, name, text + strspn(text, "\t "), word_size);
		n++;
		if (!why && proto.hash == strtoul(hash, NULL, 16) && proto.nargs == nargs &&
		    proto.stack == stack_of(flags))
			continue;
		printf("%s: %s: hash %#x, list %s; %u arguments, list %u; stack %u\n", name, why ?: "differs",
		       proto.hash, hash, proto.nargs, nargs, proto.stack);
		bad++;
	}
	printf("%u prototypes, %u differ\n", n, bad);
	return bad || n < 100;
}
