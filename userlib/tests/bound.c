// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A program that tests/live.c starts with a KML image in place of the vDSO,
 * where every export adds its arguments: all must be bound before main().
 *
 * With an argument, the image is damaged and must be refused.
 * With -DDIRECT it is one that is linked against the image, without libkml.
 */
#include <stddef.h>

#ifndef DIRECT
#include <kml/abi.h>
#include <kml/kml.h>
#endif

#include "ktap.h"

#define STUB(name, result, class, flags) \
	long name(long a, long b, long c, long d, long e, long f);
#include "stub_list.h"
#undef STUB

static const struct {
	const char *name;
	const char *class;
	long (*call)(long a, long b, long c, long d, long e, long f);
} stubs[] = {
#define STUB(name, result, class, flags) { #name, class, name },
#include "stub_list.h"
};

#define N_STUBS (sizeof(stubs) / sizeof(stubs[0]))

static long early_result;

__attribute__((constructor(102))) static void early(void)
{
	early_result = stubs[N_STUBS - 1].call(1, 2, 3, 4, 5, 6);
}

/* A variadic export's target gets other arguments than these. */
static int is_variadic(const char *name)
{
	for (const char *c = "_printk"; *name == *c; name++, c++)
		if (!*c)
			return 1;
	return 0;
}

#ifndef DIRECT
static int test_damaged(void)
{
	ktap_ok(!kml_available() && kml_state() == KML_ERR_ABI,
		"a damaged image is told");
	ktap_ok(early_result != 21, "nothing was bound");
	printf("# %s\n", kml_strerror(kml_state()));
	return ktap_end();
}
#endif

int main(int argc, char **argv)
{
	unsigned int bad = 0;

	(void)argc;
	(void)argv;

	printf("KTAP version 1\n");
#ifndef DIRECT
	if (argc > 1)
		return test_damaged();
#endif
	ktap_ok(early_result == 21, "a constructor can call exports");
	for (size_t i = 0; i < N_STUBS; i++) {
		/* a leaf is not ours to replace, and some are privileged */
		if (is_variadic(stubs[i].name) || *stubs[i].class == 'l' ||
		    stubs[i].call(1, 2, 3, 4, 5, 6) == 21)
			continue;
		printf("# %s went wrong\n", stubs[i].name);
		bad++;
	}
	printf("# %zu stubs\n", N_STUBS);
	ktap_ok(!bad, "all stubs reach their target");
#ifndef DIRECT
	ktap_ok(kml_available() && kml_state() == KML_OK, "available");
	ktap_ok(kml_call(stubs[N_STUBS - 1].name, 2, 3L, 4L) == 7, "kml_call");
#endif
	return ktap_end();
}
