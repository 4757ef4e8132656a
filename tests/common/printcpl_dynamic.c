// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of scripts: printcpl as a dynamically linked program. With an
 * argument it says instead what its environment lets it do.
 *
 * build: dynamic
 * run: none
 */
#include <sys/auxv.h>

#include "ktap.h"

int main(int argc, char **argv)
{
	unsigned int cpl = ktap_cpl();

	if (argc > 1)
		printf("cpl %u, secure %lu, %s %s\n", cpl, getauxval(AT_SECURE),
		       argv[1], getenv(argv[1]) ?: "unset");
	else
		printf("cpl %u\n", cpl);
	return cpl;
}
