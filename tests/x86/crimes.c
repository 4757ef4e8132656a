// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crimes that only the CPU's tables and flags stop: at kernel privilege a gate
 * that is not there, a stack in the kernel half, single-stepping or a stray
 * NT, AC or DF would oops, double fault or leak into the kernel's own code.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#define _GNU_SOURCE
#include <signal.h>

#include "ktap.h"

#define EFLAGS_TF	0x100UL
#define EFLAGS_DF	0x400UL
#define EFLAGS_NT	0x4000UL
#define EFLAGS_AC	0x40000UL

static void int_without_gate(void)
{
	asm volatile("int $20");
}

static void fault_after_cli(void)
{
	asm volatile("cli; movl $1, (8)" : : : "memory");
}

static void code_on_stack(void)
{
	volatile unsigned char code[16] = { 0xc3 };

	((void (*)(void))(unsigned long)code)();
}

static void non_canonical_ret(void)
{
	asm volatile("movabs $0x8000000000001000, %%rax; push %%rax; ret" : : : "rax", "memory");
}

static void kernel_store(void)
{
	asm volatile("movabs $0xffffc80000001000, %%rax; movl $1, (%%rax)" : : : "rax", "memory");
}

static void kernel_stack_push(void)
{
	asm volatile("movabs $0xffff800000001000, %rsp; push %rax; 1: jmp 1b");
}

/* Interrupts find the stack pointer in the kernel half, then a fault does. */
static void kernel_stack_spin(void)
{
	asm volatile("movabs $0xffff800000001000, %rsp; mov $60000000, %ecx;"
		     "1: dec %ecx; jnz 1b; xor %eax, %eax; mov (%rax), %rax");
}

static void single_step(void)
{
	asm volatile("add $-128, %%rsp; pushf; orl %0, (%%rsp); popf; nop; nop; sub $-128, %%rsp"
		     : : "i" (EFLAGS_TF) : "memory", "cc");
}

static void expect(const char *what, void (*fn)(void), int sig)
{
	int status = ktap_child(fn);

	if (!ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == sig, "%s: signal %d", what, sig))
		printf("# wait status %#x\n", status);
}

/* System calls and timer interrupts with @flag set: it must still be set then. */
static unsigned long with_flag(unsigned long flag)
{
	unsigned long after, i = 20;

	asm volatile("add $-128, %%rsp; pushf; or %2, (%%rsp); popf\n"
		     "1:	mov $110, %%eax; syscall; dec %1; jnz 1b\n"
		     "	mov $60000000, %%ecx\n"
		     "2:	dec %%ecx; jnz 2b\n"
		     "	pushf; mov (%%rsp), %0; not %2; and %2, (%%rsp); popf; sub $-128, %%rsp"
		     : "=&r" (after), "+&r" (i), "+&r" (flag)
		     : : "rax", "rcx", "r11", "memory", "cc");
	return after;
}

static void keep_nt(void)
{
	_exit(with_flag(EFLAGS_NT) & EFLAGS_NT ? 7 : 8);
}

static void keep_ac(void)
{
	_exit(with_flag(EFLAGS_AC) & EFLAGS_AC ? 7 : 8);
}

static void keep_df(void)
{
	_exit(with_flag(EFLAGS_DF) & EFLAGS_DF ? 7 : 8);
}

static void expect_kept(const char *what, void (*fn)(void))
{
	int status = ktap_child(fn);

	if (!ktap_ok(status == 7 << 8, "%s survives system calls and interrupts", what))
		printf("# wait status %#x\n", status);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	/* No gate: #NP at CPL0; at CPL3 the DPL is looked at first, #GP. */
	expect("int $20", int_without_gate, ktap_trusted() ? SIGBUS : SIGSEGV);
	expect("fault after cli", fault_after_cli, SIGSEGV);
	expect("code on the stack", code_on_stack, SIGSEGV);
	expect("ret to a non-canonical address", non_canonical_ret, SIGSEGV);
	expect("store to an unmapped kernel address", kernel_store, SIGSEGV);
	expect("push onto a kernel address", kernel_stack_push, SIGSEGV);
	expect("interrupts on a kernel stack address", kernel_stack_spin, SIGSEGV);
	expect("TF", single_step, SIGTRAP);
	expect_kept("NT", keep_nt);
	expect_kept("AC", keep_ac);
	expect_kept("DF", keep_df);
	return ktap_end();
}
