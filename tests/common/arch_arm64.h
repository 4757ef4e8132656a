/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the common tests must know about arm64.
 */
#ifndef ARCH_ARM64_H
#define ARCH_ARM64_H

#include <elf.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

/* Where the kernel maps on demand, and has mapped nothing. */
#define ARCH_BAD_POINTER 0xffffdead00000008UL
/* Behind the program's half, unless a program asks for more. */
#define ARCH_TASK_SIZE 0x1000000000000UL
/* The kernel's own text, or what is near it. */
#define ARCH_KERNEL_TEXT 0xffff800080000000UL
/* The same system call by its name here. */
#define ARCH_SYS_MMAP sys_mmap
#define ARCH_NR_MMAP SYS_mmap
/* What its last argument counts. */
#define ARCH_MMAP_UNIT 1UL
/* What an oops says. */
#define ARCH_OOPS "Internal error: Oops|Unable to handle"
/* There is no fork. */
#define ARCH_SYS_FORK() sys_clone(SIGCHLD, 0, NULL, 0, NULL)

/* A function that returns 42: mov w0, #42; ret */
#define ARCH_RETURN_42 "\x40\x05\x80\x52\xc0\x03\x5f\xd6"

/* Stores below a useless stack pointer, for ever if that works. */
static inline void arch_overrun_stack(void)
{
	asm volatile("mov x0, #0x10000; mov sp, x0; str x0, [sp, #-16]!; 1: b 1b" : : : "x0", "memory");
}

/* Counts in one register while others hold constants: 0, or what is wrong. */
static inline unsigned long arch_registers_wrong(unsigned long rounds)
{
	unsigned long counter = 0, left = rounds, wrong = 0;

	asm volatile("mov x9, #0x1111; mov x10, #0x2222; mov x17, #0x3333; mov x18, #0x4444\n"
		     "mov x20, #0x5555; mov x30, #0x6666; fmov d31, x9; fmov d7, x10\n"
		     "1:	add %0, %0, #1; cmp %0, %0; b.ne 2f\n"
		     "	subs %1, %1, #1; b.ne 1b; b 3f\n"
		     "2:	add %2, %2, #1\n"
		     "3:	sub x9, x9, #0x111; sub x9, x9, #0x1, lsl #12; sub x10, x10, #0x222; sub x10, x10, #0x2, lsl #12\n"
		     "	sub x17, x17, #0x333; sub x17, x17, #0x3, lsl #12; sub x18, x18, #0x444; sub x18, x18, #0x4, lsl #12\n"
		     "	sub x20, x20, #0x555; sub x20, x20, #0x5, lsl #12; sub x30, x30, #0x666; sub x30, x30, #0x6, lsl #12\n"
		     "	orr %2, %2, x9; orr %2, %2, x10; orr %2, %2, x17; orr %2, %2, x18; orr %2, %2, x20; orr %2, %2, x30\n"
		     "	fmov x9, d31; sub x9, x9, #0x111; sub x9, x9, #0x1, lsl #12; orr %2, %2, x9\n"
		     "	fmov x9, d7; sub x9, x9, #0x222; sub x9, x9, #0x2, lsl #12; orr %2, %2, x9"
		     : "+&r" (counter), "+&r" (left), "+&r" (wrong)
		     : : "x9", "x10", "x17", "x18", "x20", "x30", "d31", "d7", "cc");
	return wrong | (counter - rounds);
}

/* A tracer's view of a system call that its child makes. */
typedef struct user_regs_struct arch_regs;

static inline bool arch_get_regs(int pid, arch_regs *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	return !ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
}

static inline bool arch_set_regs(int pid, arch_regs *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	return !ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
}

static inline unsigned long arch_regs_nr(const arch_regs *regs)
{
	return regs->regs[8];
}

/* Is it the stop on entry? The kernel says so in x7. */
static inline bool arch_regs_entry(const arch_regs *regs)
{
	return regs->regs[7] == 0;
}

static inline unsigned long arch_regs_arg(const arch_regs *regs, unsigned int n)
{
	return regs->regs[n];
}

static inline unsigned long *arch_regs_result(arch_regs *regs)
{
	return (unsigned long *)&regs->regs[0];
}

static inline unsigned long arch_regs_pc(const arch_regs *regs)
{
	return regs->pc;
}

/* As those of any program are: EL0, exceptions unmasked. */
static inline bool arch_regs_user(const arch_regs *regs)
{
	return !(regs->pstate & 0x3df) && arch_regs_pc(regs) < ARCH_TASK_SIZE;
}

#endif /* ARCH_ARM64_H */
