/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of handlers must know about ARMv7: instructions and exceptions.
 */
#ifndef HANDLER_ARM_H
#define HANDLER_ARM_H

#include <stdbool.h>
#include <stdlib.h>

/* The C library hides it from those who do not ask for all it has. */
#ifndef TRAP_BRKPT
#define TRAP_BRKPT	1
#endif

/* One that no CPU has; the other label is behind a system call. */
#define ARCH_UNDEFINED		"udf #0"
#define ARCH_UNDEFINED_CODE	ILL_ILLOPC
#define ARCH_SYSCALL(ret)						\
	do {								\
		asm volatile("mov r12, r7; mov r7, %0; svc #0; syscall_here: mov r7, r12; mov %0, r0" \
			     : "+r" (ret) : : "r0", "r12", "lr", "memory"); \
	} while (0)
#define ARCH_GETPID		20
#define ARCH_CALL(address)						\
	do {								\
		asm volatile("blx %0" : : "r" (address) : "lr", "memory"); \
	} while (0)
#define ARCH_PAUSE		"yield"
/* What a handler must not leave behind, but may. */
#define ARCH_BAD_FLAGS		"cpsie i"
/* A kernel stack, and what its end is told by. */
#define ARCH_STACK_MAX		(3 * 4096)

extern char arch_gdb_here[];

/* In SVC mode with interrupts off, on a kernel stack. */
static KML_HANDLER inline bool arch_in_interrupt(void)
{
	unsigned long psr, sp;

	asm volatile("mrs %0, cpsr; mov %1, sp" : "=r" (psr), "=r" (sp));
	return (psr & 0x9f) == 0x93 && sp >= ARCH_TASK_SIZE;
}

static KML_HANDLER_WITH_FPU inline void arch_fpu_destroy(void)
{
	asm volatile("vmov d0, %0, %0; vmov d15, %0, %0" : : "r" (0) : "d0", "d15");
}

/* Through a register, which it is in for a while. */
static inline double arch_fpu_hold(double x)
{
	double ret;

	asm volatile("vmov.f64 d15, %P1; .rept 50; nop; .endr; vmov.f64 %P0, d15" : "=w" (ret) : "w" (x) : "d15");
	return ret;
}

/* What gdb sets breakpoints with. (From bkpt some kernels come back to it for ever, a thread's as well.) */
static KML_HANDLER uint32_t arch_gdb_breakpoint(void *arg, __u64 value)
{
	(void)arg;
#ifdef __thumb__
	asm volatile("arch_gdb_here: .inst.n 0xde01");
#else
	asm volatile("arch_gdb_here: .inst 0xe7f001f0");
#endif
	return value;
}

/* Exclusive accesses that are not aligned are nobody's; others are made good. */
static KML_HANDLER uint32_t arch_exclusive(void *arg, __u64 value)
{
	unsigned long x;

	asm volatile("ldrex %0, [%1]" : "=r" (x) : "r" (arg) : "memory");
	return value + x;
}

/* A register of another unit than the CPU's, and one of the vector unit's that is off or somebody's. */
static KML_HANDLER uint32_t arch_coprocessor(void *arg, __u64 value)
{
	unsigned long x;

	(void)arg;
	asm volatile("mrc p1, 0, %0, c0, c0, 0" : "=r" (x));
	return value + x;
}

/* Faults that others do not have. */
static inline void arch_faults(void (*check)(const struct expect *e), kml_handler_t read, kml_handler_t jump, kml_handler_t clock)
{
	static char words[16] __attribute__((aligned(16)));

	(void)read, (void)jump, (void)clock;
	check(&(struct expect){ "gdb's breakpoint", arch_gdb_breakpoint, NULL, SIGTRAP, TRAP_BRKPT, arch_gdb_here, false });
	check(&(struct expect){ "ldrex of what is not aligned", arch_exclusive, words + 1, SIGBUS, BUS_ADRALN, words + 1, false });
	check(&(struct expect){ "no coprocessor", arch_coprocessor, NULL, SIGILL, ILL_ILLOPC, NULL, true });
}

static inline int arch_used_interrupt(void)
{
	static const char *const consoles[] = { "uart-pl011", ".serial", NULL };

	return interrupt_of(consoles);
}

#include "handler_clock.h"

#endif /* HANDLER_ARM_H */
