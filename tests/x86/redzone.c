// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 128 bytes below RSP belong to the program. At CPL0 the CPU pushes an
 * interrupt's frame onto the current stack unless the vector has an IST stack:
 * one vector without it would destroy the red zone.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#include <stdint.h>

#include "ktap.h"
#include "rounds.h"

/*
 * Fill the red zone, stay a while, and compare: how many words changed. RSP is
 * moved down first, as the compiler may use the red zone of this function.
 */
static unsigned long red_zone(uint64_t pattern)
{
	unsigned long wrong = 0;

	asm volatile("sub $256, %%rsp\n"
		     "mov $-128, %%rcx\n"
		     "1: mov %[pattern], %%rax\n"
		     "add %%rcx, %%rax\n"
		     "mov %%rax, (%%rsp, %%rcx)\n"
		     "add $8, %%rcx\n"
		     "jnz 1b\n"
		     "mov $200000, %%ecx\n"
		     "2: dec %%ecx\n"
		     "jnz 2b\n"
		     "mov $-128, %%rcx\n"
		     "3: mov %[pattern], %%rax\n"
		     "add %%rcx, %%rax\n"
		     "cmp %%rax, (%%rsp, %%rcx)\n"
		     "je 4f\n"
		     "inc %[wrong]\n"
		     "4: add $8, %%rcx\n"
		     "jnz 3b\n"
		     "add $256, %%rsp\n"
		     : [wrong] "+r" (wrong) : [pattern] "r" (pattern)
		     : "rax", "rcx", "cc", "memory");
	return wrong;
}

static unsigned long check(unsigned long thread, unsigned long round)
{
	return red_zone(0x0123456789000000 * (thread + 1) + round);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	rounds_run(check, "words");
	return ktap_end();
}
