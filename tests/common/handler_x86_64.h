/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of handlers must know about x86_64: instructions, exceptions, and
 * a device. That is the keyboard controller, which no driver of the tests'
 * kernel has: it sends interrupt 1 for a byte that it is told to have received.
 */
#ifndef HANDLER_X86_64_H
#define HANDLER_X86_64_H

#include <stdio.h>
#include <sys/io.h>

#include "ktap.h"

#define ARCH_NONCANONICAL	0x8000000000001000UL

#define ARCH_DEVICE_DATA	0x60
#define ARCH_DEVICE_COMMAND	0x64
#define ARCH_DEVICE_TO_OUTPUT	0xd2	/* the next byte is as if from the keyboard */

/* One that no CPU has; the other label is behind a system call. */
#define ARCH_UNDEFINED		"ud2"
#define ARCH_UNDEFINED_CODE	ILL_ILLOPN
#define ARCH_SYSCALL(ret)						\
	do {								\
		asm volatile("syscall; syscall_here:" : "+a" (ret) : : "rcx", "r11", "memory"); \
	} while (0)
#define ARCH_GETPID		39
#define ARCH_CALL(address)						\
	do {								\
		asm volatile("call *%0" : : "r" (address) : "memory");	\
	} while (0)
#define ARCH_PAUSE		"pause"
/* What a handler must not leave behind, but may. */
#define ARCH_BAD_FLAGS		"std; sti"
/* An interrupt's stack, and what its end is told by. */
#define ARCH_STACK_MAX		(5 * 4096)

extern char arch_div_here[], arch_int3_here[];

/* The stack of a hard interrupt, aligned, interrupts off. */
static KML_HANDLER inline bool arch_in_interrupt(void)
{
	unsigned long flags, sp;

	asm volatile("pushfq; pop %0; mov %%rsp, %1" : "=r" (flags), "=r" (sp));
	/* a frame is aligned if the stack was as the ABI has it */
	return !(flags & 0x200) && sp >> 63 && !((unsigned long)__builtin_frame_address(0) & 15);
}

static KML_HANDLER_WITH_FPU inline void arch_fpu_destroy(void)
{
	asm volatile("xorps %%xmm0, %%xmm0; movaps %%xmm0, %%xmm15" : : : "xmm0", "xmm15");
}

/* Through a register, which it is in for a while. */
static inline double arch_fpu_hold(double x)
{
	double ret;

	asm volatile("movsd %1, %%xmm15; .rept 50; nop; .endr; movsd %%xmm15, %0" : "=x" (ret) : "x" (x) : "xmm15");
	return ret;
}

static KML_HANDLER uint32_t arch_divide(void *arg, __u64 value)
{
	asm volatile("xor %%ecx, %%ecx; mov $1, %%eax; cltd; arch_div_here: idivl %%ecx" : : : "eax", "ecx", "edx");
	return value + (long)arg;
}

static KML_HANDLER uint32_t arch_int3(void *arg, __u64 value)
{
	(void)arg;
	asm volatile("int3; arch_int3_here:");
	return value;
}

#define ARCH_CLOCKSOURCE	"/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* Have the kernel take this clock; @was, if not NULL, is told which it had. */
static inline bool arch_choose_clock(const char *name, char was[64])
{
	FILE *f = fopen(ARCH_CLOCKSOURCE, "r+");
	bool good;

	if (!f)
		return false;
	good = !was || fgets(was, 64, f);
	rewind(f);
	good = good && fputs(name, f) >= 0;
	return !fclose(f) && good;
}

/* Faults that others do not have; @read and @jump take an address, @clock a pointer to the time. */
static inline void arch_faults(void (*check)(const struct expect *e), kml_handler_t read, kml_handler_t jump, kml_handler_t clock)
{
	void *nowhere = (void *)ARCH_NONCANONICAL;
	char was[64];

	check(&(struct expect){ "read of no address at all", read, nowhere, SIGSEGV, SI_KERNEL, NULL, false });
	check(&(struct expect){ "jump to no address at all", jump, nowhere, SIGSEGV, SI_KERNEL, NULL, false });
	check(&(struct expect){ "division by zero", arch_divide, NULL, SIGFPE, FPE_INTDIV, arch_div_here, false });
	check(&(struct expect){ "int3", arch_int3, NULL, SIGTRAP, SI_KERNEL, NULL, false });
	/* no vDSO reads this one, so what is called is the kernel's */
	if (!arch_choose_clock("hpet", was)) {
		ktap_skip("a bad pointer in a call of the kernel", "no HPET");
		return;
	}
	check(&(struct expect){ "a bad pointer in a call of the kernel", clock, (void *)8, SIGSEGV, SEGV_MAPERR, (void *)8, false });
	check(&(struct expect){ "no address at all in a call of the kernel", clock, nowhere, SIGSEGV, SI_KERNEL, NULL, false });
	arch_choose_clock(was, NULL);
}

static inline int arch_used_interrupt(void)
{
	return 4;	/* the console's */
}

static inline void arch_device_idle(void)
{
	while (inb(ARCH_DEVICE_COMMAND) & 2)
		;
}

/* Has it raised its interrupt? If so, that is over. */
static KML_HANDLER inline bool arch_device_take(void)
{
	unsigned char status, c;

	asm volatile("inb $0x64, %0" : "=a" (status));
	if (status & 1)
		asm volatile("inb $0x60, %0" : "=a" (c));
	return status & 1;
}

/* Its interrupt, or -1. */
static inline int arch_device_interrupt(void)
{
	while (arch_device_take())
		;
	return 1;
}

static inline void arch_device_raise(void)
{
	arch_device_idle();
	outb(ARCH_DEVICE_TO_OUTPUT, ARCH_DEVICE_COMMAND);
	arch_device_idle();
	outb(7, ARCH_DEVICE_DATA);
}

#endif /* HANDLER_X86_64_H */
