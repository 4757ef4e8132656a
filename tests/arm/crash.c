// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of core.sh: dies of SIGSEGV with known registers.
 *
 * run: none
 */
#include "ktap.h"

int crash_here(void);

static char text[] = "the text in memory";

__attribute__((noipa))
int crash_here(void)
{
	asm volatile("movw r4, #0x3344; movt r4, #0x1122; movw r5, #0x7788; movt r5, #0x5566;"
		     "mov r6, %0; mov r0, #16; str r0, [r0]"
		     : : "r" (text) : "r0", "r4", "r5", "r6", "memory");
	return 1;
}

int main(void)
{
	return crash_here() + 1;
}
