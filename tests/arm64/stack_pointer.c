// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel never uses the program's stack pointer: with one that is wild, in
 * the kernel's half or not aligned, system calls, faults, interrupts and gates go
 * on, and what the program itself does with it is its own signal.
 *
 * run: both
 * link: kml
 * depends: cpu pages debug rt
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "arch.h"
#include "arm64.h"
#include "ktap.h"

static const uintptr_t wild[] = {
	/* not below the end: without randomization that is the stack */
	0, 0x10000, 1, 8, ARCH_TASK_SIZE / 2, ARCH_TASK_SIZE + 16, ARCH_BAD_POINTER & ~15UL,
	ARCH_KERNEL_TEXT, -16UL, -1UL, 0xdead000000000000,
};

/* The result of a system call that is made with this SP. */
static long svc_with(uintptr_t sp, long nr, long a, long b)
{
	register long x0 asm("x0") = a;
	register long x1 asm("x1") = b;
	register long x8 asm("x8") = nr;

	asm volatile("mov x9, sp\n\tmov sp, %3\n\tsvc #0\n\tmov sp, x9"
		     : "+r" (x0) : "r" (x1), "r" (x8), "r" (sp) : "x9", "memory");
	return x0;
}

/* The same through a gate, by the stub's address: the stub uses no stack. */
static long gate_with(uintptr_t sp, const void *stub, long a)
{
	register long x0 asm("x0") = a;

	asm volatile("mov x19, sp\n\tmov sp, %2\n\tblr %1\n\tmov sp, x19"
		     : "+r" (x0) : "r" (stub), "r" (sp)
		     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
		       "x16", "x17", "x18", "x19", "x30", "cc", "memory");
	return x0;
}

/* Loops for about so many timer interrupts. */
static void spin_with(uintptr_t sp, unsigned long rounds)
{
	asm volatile("mov x9, sp\n\tmov sp, %1\n1:\tsubs %0, %0, #1\n\tb.ne 1b\n\tmov sp, x9"
		     : "+r" (rounds) : "r" (sp) : "x9", "cc", "memory");
}

static void store_with(uintptr_t sp)
{
	asm volatile("mov sp, %0\n\tstr xzr, [sp, #-16]!" : : "r" (sp) : "memory");
}

int main(void)
{
	static const struct timespec moment = { 0, 20000000 };
	static void *task;
	static unsigned int i;
	uint32_t value;
	int got;

	ktap_start();
	ktap_check_privilege();
	arm64_catch();
	if (ktap_trusted())
		task = get_current();
	for (i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		unsigned long sp = wild[i];

		ktap_ok(svc_with(sp, SYS_getppid, 0, 0) == getppid(), "a system call with SP %#lx", sp);
		ktap_ok(!svc_with(sp, SYS_nanosleep, (long)&moment, 0), "one that sleeps");
		spin_with(sp, 30000000);
		ktap_ok(true, "interrupts");
		if (ktap_trusted()) {
			ktap_ok(gate_with(sp, get_current, 0) == (long)task, "a call gate");
			gate_with(sp, msleep, 5);
			ktap_ok(true, "one that sleeps");
			ktap_ok(gate_with(sp, sys_getppid, 0) == getppid(), "a system call gate");
		}
		/* the kernel's stores work for a program that is privileged, so not where there may be something */
		if (sp == ARCH_KERNEL_TEXT)
			continue;
		got = ARM64_TRY(store_with(sp));
		/* QEMU 7 does not look whether SP is aligned */
		ktap_ok((got == SIGSEGV || (sp & 15 && got == SIGBUS)) && arm64_fault.sp == sp,
			"a push is signal %d", got);
	}
	ktap_ok(!arm64_read(&value, &value), "all is well after that");
	return ktap_end();
}
