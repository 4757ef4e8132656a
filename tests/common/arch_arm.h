/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the common tests must know about ARMv7.
 */
#ifndef ARCH_ARM_H
#define ARCH_ARM_H

#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/user.h>

/* Between the fixed mappings and the vectors, where nothing ever is. */
#define ARCH_BAD_POINTER 0xfff80008UL
/* Behind the program's half. */
#define ARCH_TASK_SIZE 0xbf000000UL
/* The kernel's own text, wherever its 3 GB split is. */
#define ARCH_KERNEL_TEXT 0xc0100000UL
/* The same system call by its name here. */
#define ARCH_SYS_MMAP sys_mmap2
#define ARCH_NR_MMAP SYS_mmap2
/* What its last argument counts. */
#define ARCH_MMAP_UNIT 4096UL
#define ARCH_SYS_FORK() sys_fork()
/* What an oops says. */
#define ARCH_OOPS "Internal error: Oops|Unable to handle"

/* A function that returns 42: mov r0, #42; bx lr */
#define ARCH_RETURN_42 "\x2a\x00\xa0\xe3\x1e\xff\x2f\xe1"

/* Stores below a useless stack pointer, for ever if that works. */
static inline void arch_overrun_stack(void)
{
	asm volatile("mov r0, #0x10000; mov sp, r0; push {r0}; 1: b 1b" : : : "r0", "memory");
}

/* Counts in one register while others hold constants: 0, or what is wrong. */
static inline unsigned long arch_registers_wrong(unsigned long rounds)
{
	unsigned long counter = 0, left = rounds, wrong = 0;

	asm volatile("movw r4, #0x1111; movw r5, #0x2222; movw r6, #0x3333; movw r8, #0x4444\n"
		     "movw ip, #0x5555; movw lr, #0x6666; vmov s31, r4; vmov d7, r5, r4\n"
		     "1:	add %0, #1; cmp %0, %0; bne 2f\n"
		     "	subs %1, #1; bne 1b; b 3f\n"
		     "2:	add %2, #1\n"
		     "3:	sub r4, #0x1100; sub r4, #0x11; sub r5, #0x2200; sub r5, #0x22\n"
		     "	sub r6, #0x3300; sub r6, #0x33; sub r8, #0x4400; sub r8, #0x44\n"
		     "	sub ip, #0x5500; sub ip, #0x55; sub lr, #0x6600; sub lr, #0x66\n"
		     "	orr %2, r4; orr %2, r5; orr %2, r6; orr %2, r8; orr %2, ip; orr %2, lr\n"
		     "	vmov r4, s31; sub r4, #0x1100; sub r4, #0x11; orr %2, r4\n"
		     "	vmov r4, r5, d7; sub r4, #0x2200; sub r4, #0x22; orr %2, r4"
		     : "+&r" (counter), "+&r" (left), "+&r" (wrong)
		     : : "r4", "r5", "r6", "r8", "ip", "lr", "s31", "d7", "cc");
	return wrong | (counter - rounds);
}

/* A tracer's view of a system call that its child makes. */
typedef struct user_regs arch_regs;

static inline bool arch_get_regs(int pid, arch_regs *regs)
{
	return !ptrace(PTRACE_GETREGS, pid, 0, regs);
}

static inline bool arch_set_regs(int pid, arch_regs *regs)
{
	return !ptrace(PTRACE_SETREGS, pid, 0, regs);
}

static inline unsigned long arch_regs_nr(const arch_regs *regs)
{
	return regs->uregs[7];
}

/* Is it the stop on entry? The kernel says so in ip. */
static inline bool arch_regs_entry(const arch_regs *regs)
{
	return regs->uregs[12] == 0;
}

static inline unsigned long arch_regs_arg(const arch_regs *regs, unsigned int n)
{
	return regs->uregs[n];
}

static inline unsigned long *arch_regs_result(arch_regs *regs)
{
	return &regs->uregs[0];
}

static inline unsigned long arch_regs_pc(const arch_regs *regs)
{
	return regs->uregs[15];
}

/* As those of any program are: USER mode, interrupts on. */
static inline bool arch_regs_user(const arch_regs *regs)
{
	return (regs->uregs[16] & 0xdf) == 0x10 && arch_regs_pc(regs) < 0xc0000000;
}

#endif /* ARCH_ARM_H */
