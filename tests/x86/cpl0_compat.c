// SPDX-License-Identifier: GPL-2.0-only
/*
 * A privileged program runs the instructions by which 32-bit programs enter
 * the kernel. SYSENTER tells the kernel nothing of who it is, and once it
 * returned to a privileged program as to a 32-bit one: an oops, or a reset.
 *
 * run: both
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "ktap.h"

#define EFLAGS_TF	0x100UL
#define NR32_GETPID	20

static volatile sig_atomic_t traps;

static void on_trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)info;
	/* for ever otherwise, as the flag comes back with the frame */
	if (++traps == 100)
		uc->uc_mcontext.gregs[REG_EFL] &= ~EFLAGS_TF;
}

/* A 32-bit stack, as the kernel cuts off what is above. */
static char *low_stack(void)
{
	char *stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	return stack + 32768;
}

static void child_sysenter(void)
{
	asm volatile("mov %%rdi, %%rsp; mov %%rsp, %%rbp; mov %0, %%eax; sysenter"
		     : : "i" (NR32_GETPID), "D" (low_stack()) : "rax", "memory");
	_exit(42);
}

static void child_sysenter_high(void)
{
	asm volatile("mov %%rsp, %%rbp; mov %0, %%eax; sysenter" : : "i" (NR32_GETPID) : "rax", "memory");
	_exit(42);
}

static void child_sysenter_step(void)
{
	asm volatile("push %%rdi; popf; mov %0, %%eax; sysenter"
		     : : "i" (NR32_GETPID), "D" (EFLAGS_TF | 0x202) : "rax", "memory");
	_exit(42);
}

static void child_int80(void)
{
	unsigned int ret;

	asm volatile("int $0x80" : "=a" (ret) : "a" (NR32_GETPID) : "r8", "r9", "r10", "r11", "memory");
	_exit(ret == (unsigned int)getpid() ? 42 : 43);
}

/* Each instruction traps once, and getpid's result is right. */
static void child_syscall_step(void)
{
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	long ret;

	sigaction(SIGTRAP, &action, NULL);
	asm volatile("sub $128, %%rsp; pushf; orq %2, (%%rsp); popf\n"
		     "mov %1, %%eax; syscall; nop\n"
		     "pushf; andq %3, (%%rsp); popf; add $128, %%rsp"
		     : "=&a" (ret) : "i" (SYS_getpid), "r" (EFLAGS_TF), "r" (~EFLAGS_TF)
		     : "rcx", "r11", "memory", "cc");
	_exit(ret == getpid() && traps >= 4 && traps < 10 ? 42 : 43);
}

static void child_int80_step(void)
{
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	unsigned int ret;

	sigaction(SIGTRAP, &action, NULL);
	asm volatile("sub $128, %%rsp; pushf; orq %2, (%%rsp); popf\n"
		     "mov %1, %%eax; int $0x80; nop\n"
		     "pushf; andq %3, (%%rsp); popf; add $128, %%rsp"
		     : "=&a" (ret) : "i" (NR32_GETPID), "r" (EFLAGS_TF), "r" (~EFLAGS_TF)
		     : "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
	_exit(ret == (unsigned int)getpid() && traps >= 4 && traps < 10 ? 42 : 43);
}

static void expect_exit(const char *what, void (*fn)(void))
{
	int status = ktap_child(fn);

	ktap_ok(status == 42 << 8, "%s works: status %#x", what, status);
}

static void expect_signal(const char *what, void (*fn)(void))
{
	int status = ktap_child(fn);

	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL, "%s ends in a signal: status %#x", what, status);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	expect_exit("int $0x80", child_int80);
	expect_exit("int $0x80 in single steps", child_int80_step);
	expect_exit("syscall in single steps", child_syscall_step);
	/* the kernel returns to where 32-bit programs have their vDSO, or there is no such instruction */
	expect_signal("SYSENTER", child_sysenter);
	expect_signal("SYSENTER on a stack above 4 GB", child_sysenter_high);
	expect_signal("SYSENTER in single steps", child_sysenter_step);
	expect_exit("int $0x80 afterwards", child_int80);
	return ktap_end();
}
