// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls an export by name, with numbers, for exports_d.sh. With the name
 * alone, tells where it is; without, how many there are.
 *
 * link: kml
 * run: none
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <kml/kml.h>

static long number(char **argv, int argc, int i)
{
	return i < argc ? strtol(argv[i], NULL, 0) : 0;
}

int main(int argc, char **argv)
{
	struct kml_export_info info = { .size = sizeof(info) };
	unsigned int n = 0;
	int ret;

	if (!kml_available()) {
		puts(kml_strerror(kml_state()));
		return 1;
	}
	if (argc < 2) {
		while (!kml_export_at(n, &info))
			n++;
		printf("%u\n", n);
		return 0;
	}
	ret = kml_export_info(argv[1], &info);
	if (ret) {
		puts(kml_strerror(ret));
		return 1;
	}
	if (argc == 2) {
		printf("class %u, flags %u, version %08x, prototype %08x\n", info.call_class, info.flags,
		       info.version, info.prototype);
		return !kml_sym(argv[1]) || kml_why(argv[1]);
	}
	printf("%ld\n", kml_call(argv[1], argc - 2, number(argv, argc, 2), number(argv, argc, 3),
				 number(argv, argc, 4), number(argv, argc, 5), number(argv, argc, 6),
				 number(argv, argc, 7)));
	return 0;
}
