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
	asm volatile("movabs $0x1111222233334444, %%rbx; movabs $0x5555666677778888, %%r12;"
		     "mov %0, %%r13; mov $0x10, %%eax; mov %%eax, (%%rax)"
		     : : "r" (text) : "rax", "rbx", "r12", "r13", "memory");
	return 1;
}

int main(void)
{
	return crash_here() + 1;
}
