// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of trust_fuzz.c: the smallest program that tells its privilege, by
 * exit status 80 + CPL.
 *
 * build: bare
 * run: none
 */
#include "ktap.h"

void _start(void);

void _start(void)
{
	unsigned int status = 80 + ktap_cpl();

#if defined(__x86_64__)
	asm volatile("syscall" : : "a" (60), "D" (status));
#elif defined(__arm__)
	register unsigned int r0 asm("r0") = status;
	register unsigned int r7 asm("r7") = 1;

	asm volatile("swi 0" : : "r" (r0), "r" (r7));
#elif defined(__aarch64__)
	register unsigned long x0 asm("x0") = status;
	register unsigned long x8 asm("x8") = 93;

	asm volatile("svc 0" : : "r" (x0), "r" (x8));
#endif
	__builtin_unreachable();
}
