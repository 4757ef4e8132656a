// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of scripts: says at which privilege it runs, "cpl N", and exits N.
 * Static, so that it runs in a chroot and wherever it is copied.
 *
 * run: none
 */
#include "ktap.h"

int main(void)
{
	unsigned int cpl = ktap_cpl();

	printf("cpl %u\n", cpl);
	return cpl;
}
