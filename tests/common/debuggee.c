// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of gdb.sh: three calls deep, then exits 7.
 *
 * run: none
 */
#include "ktap.h"

int innermost(int n);
int middle(int n);

static volatile int global = 3;

__attribute__((noipa))
int innermost(int n)
{
	global += n;
	return global;
}

__attribute__((noipa))
int middle(int n)
{
	return innermost(n + 1) * 2 - 7;
}

int main(void)
{
	printf("cpl %u\n", ktap_cpl());
	fflush(stdout);
	return middle(3);
}
