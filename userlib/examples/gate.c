// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The same system call by two ways: through the syscall gate, which is a
 * function call at kernel privilege, and through the CPU's instruction for
 * system calls, as every program does it. Both run the same kernel code, with
 * seccomp, ptrace and audit.
 *
 * The lowest of many readings is shown: the others had an interrupt in them.
 *
 * Run, as root: cp gate /trusted/ && /trusted/gate
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <kml/exports.h>
#include <kml/kml.h>
#include <kml/versions.h>

#include "cycles.h"

#define READINGS 1000
#define CALLS 100

#ifdef __x86_64__
static long trap_getppid(void)
{
	long ret = SYS_getppid;

	__asm__ __volatile__("syscall" : "+a" (ret) : : "rcx", "r11", "memory");
	return ret;
}
#elif defined(__aarch64__)
static long trap_getppid(void)
{
	register long x0 __asm__("x0");
	register long x8 __asm__("x8") = SYS_getppid;

	__asm__ __volatile__("svc #0" : "=r" (x0) : "r" (x8) : "memory");
	return x0;
}
#else
/* Thumb code may have its frame in r7, so no variable can be there. */
static long trap_getppid(void)
{
	register long r0 __asm__("r0") = SYS_getppid;

	__asm__ __volatile__("mov ip, r7\n\tmov r7, r0\n\tsvc #0\n\tmov r7, ip"
			     : "+r" (r0) : : "ip", "memory");
	return r0;
}
#endif

static double cost(long (*getppid_by)(void))
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < READINGS; i++) {
		uint64_t start = cycles(), taken;

		for (int j = 0; j < CALLS; j++)
			getppid_by();
		taken = cycles_between(start, cycles());
		if (taken < best)
			best = taken;
	}
	return (double)best / CALLS;
}

int main(void)
{
	static const struct kml_need needs[] = {
		KML_NEED(sys_getppid),
		{ NULL, 0 }
	};

	if (kml_require(needs))
		return 77;
	if (cycles_start())
		return 1;
	if (sys_getppid() != trap_getppid()) {
		fprintf(stderr, "gate: the two ways disagree\n");
		return 1;
	}
	printf("getppid by the gate: %.1f cycles\n", cost(sys_getppid));
	printf("getppid by the trap: %.1f cycles\n", cost(trap_getppid));
	return 0;
}
