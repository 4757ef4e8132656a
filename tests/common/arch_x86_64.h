/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the common tests must know about x86_64.
 */
#ifndef ARCH_X86_64_H
#define ARCH_X86_64_H

#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/user.h>

/* In no region of the kernel's map, and in no program's. */
#define ARCH_BAD_POINTER 0xffffdead00000008UL
/* Behind the program's half. */
#define ARCH_TASK_SIZE 0x7ffffffff000UL
/* The kernel's own text. */
#define ARCH_KERNEL_TEXT 0xffffffff81000000UL
/* The same system call by its name here. */
#define ARCH_SYS_MMAP sys_mmap
#define ARCH_NR_MMAP SYS_mmap
/* What its last argument counts. */
#define ARCH_MMAP_UNIT 1UL
#define ARCH_SYS_FORK() sys_fork()
/* What an oops says. */
#define ARCH_OOPS "BUG: unable to handle|Oops"

/* A function that returns 42: mov $42, %eax; ret */
#define ARCH_RETURN_42 "\xb8\x2a\x00\x00\x00\xc3"

/* Stores below a useless stack pointer, for ever if that works. */
static inline void arch_overrun_stack(void)
{
	asm volatile("mov $0x10000, %%esp; push %%rax; 1: jmp 1b" : : : "memory");
}

/* Counts in one register while others hold constants: 0, or what is wrong. */
static inline unsigned long arch_registers_wrong(unsigned long rounds)
{
	unsigned long counter = 0, left = rounds, wrong = 0;

	asm volatile("mov $0x1111, %%r8; mov $0x2222, %%r9; mov $0x3333, %%r10; mov $0x4444, %%r11\n"
		     "mov $0x5555, %%r12; mov $0x6666, %%r13; movq %%r8, %%xmm7\n"
		     "1:	inc %0; stc; jnc 2f\n"
		     "	dec %1; jnz 1b; jmp 3f\n"
		     "2:	inc %2\n"
		     "3:	sub $0x1111, %%r8; sub $0x2222, %%r9; sub $0x3333, %%r10; sub $0x4444, %%r11\n"
		     "	sub $0x5555, %%r12; sub $0x6666, %%r13\n"
		     "	or %%r8, %2; or %%r9, %2; or %%r10, %2; or %%r11, %2; or %%r12, %2; or %%r13, %2\n"
		     "	movq %%xmm7, %%r8; sub $0x1111, %%r8; or %%r8, %2"
		     : "+&r" (counter), "+&r" (left), "+&r" (wrong)
		     : : "r8", "r9", "r10", "r11", "r12", "r13", "xmm7", "cc");
	return wrong | (counter - rounds);
}

/* A tracer's view of a system call that its child makes. */
typedef struct user_regs_struct arch_regs;

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
	return regs->orig_rax;
}

/* Is it the stop on entry? */
static inline bool arch_regs_entry(const arch_regs *regs)
{
	return regs->rax == -38UL;	/* -ENOSYS */
}

static inline unsigned long arch_regs_arg(const arch_regs *regs, unsigned int n)
{
	const unsigned long args[] = {
		regs->rdi, regs->rsi, regs->rdx, regs->r10, regs->r8, regs->r9,
	};

	return args[n];
}

static inline unsigned long *arch_regs_result(arch_regs *regs)
{
	return (unsigned long *)&regs->rax;
}

static inline unsigned long arch_regs_pc(const arch_regs *regs)
{
	return regs->rip;
}

/* As those of any program are: never the kernel's selectors. */
static inline bool arch_regs_user(const arch_regs *regs)
{
	return regs->cs == 0x33 && regs->ss == 0x2b && (long)regs->rip > 0;
}

#endif /* ARCH_X86_64_H */
