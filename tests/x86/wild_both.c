// SPDX-License-Identifier: GPL-2.0-only
/*
 * A jump into the kernel's half while the stack pointer is there too: neither
 * tells by itself whose frame it is. It must be the program's SIGSEGV; taken
 * for the kernel's, the frame would be pushed to wherever RSP points.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#include <signal.h>
#include <stdint.h>

#include "ktap.h"

static const uintptr_t wild[] = {
	0x8000000000001000,	/* non-canonical */
	0xffffffffff400008,	/* never mapped */
};

static uintptr_t ip, sp;

static void jump(void)
{
	asm volatile("mov %0, %%rsp; jmp *%1" : : "r" (sp), "r" (ip));
}

int main(void)
{
	int i, j, status;

	ktap_start();
	ktap_check_privilege();
	for (i = 0; i < 2; i++) {
		for (j = 0; j < 2; j++) {
			ip = wild[i];
			sp = wild[j];
			status = ktap_child(jump);
			ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
				"RIP %#lx, RSP %#lx", ip, sp);
		}
	}
	return ktap_end();
}
