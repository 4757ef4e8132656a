/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of handlers must know about arm64: instructions and exceptions.
 */
#ifndef HANDLER_ARM64_H
#define HANDLER_ARM64_H

#include <stdbool.h>

#include "ktap.h"

/* The C library hides it from those who do not ask for all it has. */
#ifndef TRAP_BRKPT
#define TRAP_BRKPT	1
#endif

/* One that no CPU has; the other label is behind a system call. */
#define ARCH_UNDEFINED		".inst 0"
#define ARCH_UNDEFINED_CODE	ILL_ILLOPC
#define ARCH_SYSCALL(ret)						\
	do {								\
		asm volatile("mov x8, %0; svc #0; syscall_here: mov %0, x0" \
			     : "+r" (ret) : : "x0", "x8", "memory");	\
	} while (0)
#define ARCH_GETPID		172
#define ARCH_CALL(address)						\
	do {								\
		asm volatile("blr %0" : : "r" (address) : "x30", "memory"); \
	} while (0)
#define ARCH_PAUSE		"yield"
/* What a handler must not leave behind, but may. */
#define ARCH_BAD_FLAGS		"msr daifclr, #2"
/* An interrupt's stack, and what its end is told by. */
#define ARCH_STACK_MAX		(2 * PAGE)

extern HIDDEN char arch_gdb_here[], arch_register_here[];

/* With the kernel's stack pointer and interrupts off, on a kernel stack. */
static KML_HANDLER inline bool arch_in_interrupt(void)
{
	unsigned long daif, spsel, sp;

	asm volatile("mrs %0, daif; mrs %1, spsel; mov %2, sp" : "=r" (daif), "=r" (spsel), "=r" (sp));
	return (daif & 0x80) && spsel && sp >= ARCH_TASK_SIZE;
}

static KML_HANDLER_WITH_FPU inline void arch_fpu_destroy(void)
{
	asm volatile("movi v0.16b, #0x55; movi v15.16b, #0x55; movi v31.16b, #0x55" : : : "v0", "v15", "v31");
}

/* Through a register, which it is in for a while. */
static inline double arch_fpu_hold(double x)
{
	double ret;

	asm volatile("fmov d31, %d1; .rept 50; nop; .endr; fmov %d0, d31" : "=w" (ret) : "w" (x) : "v31");
	return ret;
}

/* What gdb sets breakpoints with. */
static KML_HANDLER uint32_t arch_gdb_breakpoint(void *arg, __u64 value)
{
	(void)arg;
	asm volatile("arch_gdb_here: brk #0");
	return value;
}

/* Exclusive accesses that are not aligned are nobody's. */
static KML_HANDLER uint32_t arch_exclusive(void *arg, __u64 value)
{
	unsigned long x;

	asm volatile("ldxr %0, [%1]" : "=r" (x) : "r" (arg) : "memory");
	return value + x;
}

/* A system register that there is not. */
static KML_HANDLER uint32_t arch_register(void *arg, __u64 value)
{
	unsigned long x;

	(void)arg;
	asm volatile("arch_register_here: mrs %0, s3_7_c15_c15_7" : "=r" (x));
	return value + x;
}

/* Faults that others do not have. */
static inline void arch_faults(void (*check)(const struct expect *e), kml_handler_t read, kml_handler_t jump, kml_handler_t clock)
{
	static char words[16] __attribute__((aligned(16)));
	char *text = (char *)(((unsigned long)jump & -4UL) + 2);
	void *nowhere = (void *)0x0123456789abcdefUL;

	(void)clock;
	check(&(struct expect){ "gdb's breakpoint", arch_gdb_breakpoint, NULL, SIGTRAP, TRAP_BRKPT, arch_gdb_here, false });
	check(&(struct expect){ "ldxr of what is not aligned", arch_exclusive, words + 1, SIGBUS, BUS_ADRALN, words + 1, false });
	check(&(struct expect){ "no system register", arch_register, NULL, SIGILL, ILL_ILLOPC, arch_register_here, false });
	check(&(struct expect){ "jump to half an instruction", jump, text, SIGBUS, BUS_ADRALN, text, false });
	check(&(struct expect){ "read of no address at all", read, nowhere, SIGSEGV, SEGV_MAPERR, NULL, true });
}

static inline int arch_used_interrupt(void)
{
	static const char *const consoles[] = { "uart-pl011", NULL };

	return interrupt_of(consoles);
}

#include "handler_clock.h"

#endif /* HANDLER_ARM64_H */
