// SPDX-License-Identifier: GPL-2.0-only
/*
 * A signal handler may leave any registers in its frame. Return to what cannot
 * be run is a SIGSEGV, not a bad IRET in the kernel; selectors in the frame
 * neither give nor take privilege; handlers nest, run on their own stack and
 * survive a storm of timers.
 *
 * run: both
 * depends: cpu pages gs debug rt
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>

#include "ktap.h"

#define NON_CANONICAL	0x8000000000001000UL
#define KERNEL_HALF	0xffffffffff400008UL
#define USER32_CS	0x23
#define KERNEL_CS	0x10
#define USER_CS		0x33
#define ALIGN_CHECK	0x40000UL

static volatile unsigned long set_ip, set_sp, set_cs, set_ss, set_flags;
static sigjmp_buf back;
static volatile siginfo_t got;
/* 20 frames with the largest vector state fit. */
static char altstack[262144];
static volatile sig_atomic_t depth, deepest, on_altstack;

static void poke(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	greg_t *regs = uc->uc_mcontext.gregs;

	(void)sig;
	(void)info;
	if (set_ip)
		regs[REG_RIP] = set_ip;
	if (set_sp)
		regs[REG_RSP] = set_sp;
	if (set_cs)
		regs[REG_CSGSFS] = (regs[REG_CSGSFS] & ~0xffffL) | set_cs;
	if (set_ss)
		regs[REG_CSGSFS] = (regs[REG_CSGSFS] & 0xffffffffffffL) | set_ss << 48;
	regs[REG_EFL] |= set_flags;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	got = *info;
	siglongjmp(back, 1);
}

/* The signal that a return with the set_ values ends in; 0: none. */
static int returned(void)
{
	got.si_signo = 0;
	if (!sigsetjmp(back, 1))
		raise(SIGUSR1);
	set_ip = 0;
	set_sp = 0;
	set_cs = 0;
	set_ss = 0;
	set_flags = 0;
	return got.si_signo;
}

static void test_frame(void)
{
	unsigned int cpl = ktap_cpl();
	unsigned long flags;

	ktap_ok(!returned(), "an untouched frame");
	set_ip = NON_CANONICAL;
	ktap_ok(returned() == SIGSEGV, "non-canonical RIP");
	set_ip = KERNEL_HALF;
	ktap_ok(returned() == SIGSEGV && (uintptr_t)got.si_addr == KERNEL_HALF, "RIP in the kernel's half");
	set_ip = 0x10000;
	ktap_ok(returned() == SIGSEGV && (uintptr_t)got.si_addr == 0x10000, "unmapped RIP");
	set_sp = NON_CANONICAL;
	ktap_ok(returned() == SIGSEGV || got.si_signo == SIGBUS, "non-canonical RSP");
	set_sp = KERNEL_HALF;
	ktap_ok(returned() == SIGSEGV, "RSP in the kernel's half");
	/* The kernel ORs in RPL 3: an invalid selector faults upon return. */
	set_cs = KERNEL_CS;
	returned();
	ktap_ok(ktap_cpl() == cpl, "kernel CS in the frame: the privilege is as it was");
	set_cs = USER_CS;
	ktap_ok(!returned() && ktap_cpl() == cpl, "user CS in the frame: the privilege is as it was");
	set_cs = 0xfffb;
	returned();
	ktap_ok(ktap_cpl() == cpl, "CS beyond the table: the privilege is as it was");
	set_ss = 0xfffb;
	returned();
	ktap_ok(ktap_cpl() == cpl, "SS beyond the table: the privilege is as it was");
	set_flags = ALIGN_CHECK;
	raise(SIGUSR1);
	set_flags = 0;
	asm volatile("lea -128(%%rsp), %%rsp; pushf; pop %0; push %0; andl $~0x40000, (%%rsp); popf;"
		     "lea 128(%%rsp), %%rsp" : "=r" (flags) : : "memory", "cc");
	ktap_ok(flags & ALIGN_CHECK, "AC in the frame is restored");
}

/* In a child: a 32-bit code segment with a 64-bit program cannot go on. */
static void compat_cs(void)
{
	signal(SIGSEGV, SIG_DFL);
	signal(SIGILL, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	signal(SIGTRAP, SIG_DFL);
	set_cs = USER32_CS;
	raise(SIGUSR1);
	_exit(ktap_cpl() ? 3 : 0);
}

static void nested(int sig)
{
	char here;

	on_altstack += &here >= altstack && &here < altstack + sizeof(altstack);
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (depth < 20)
		raise(sig);
	depth--;
}

static void on_timer(int sig)
{
	(void)sig;
	depth++;
}

static void test_nested(void)
{
	struct sigaction action = { .sa_handler = nested, .sa_flags = SA_NODEFER | SA_ONSTACK };
	stack_t stack = { .ss_sp = altstack, .ss_size = sizeof(altstack) };

	sigaltstack(&stack, NULL);
	sigaction(SIGUSR2, &action, NULL);
	raise(SIGUSR2);
	ktap_ok(deepest == 20 && depth == 0, "handlers nest 20 deep");
	ktap_ok(on_altstack == 20, "on the alternate stack");
}

static void test_storm(void)
{
	struct itimerval timer = { { .tv_usec = 500 }, { .tv_usec = 500 } }, off = { };
	unsigned long sum, i, wrong = 0, rounds = 0;

	depth = 0;
	signal(SIGALRM, on_timer);
	setitimer(ITIMER_REAL, &timer, NULL);
	while (depth < 300 && rounds++ < 200000) {
		for (i = 0, sum = 0; i < 20000; i++) {
			sum += i;
			asm volatile("" : "+r" (sum), "+r" (i));
		}
		wrong += sum != 199990000;
	}
	setitimer(ITIMER_REAL, &off, NULL);
	ktap_ok(depth >= 300 && !wrong, "a storm of timer signals changes no register");
}

int main(void)
{
	struct sigaction action = {
		.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK,
	};
	stack_t stack = { .ss_sp = altstack, .ss_size = sizeof(altstack) };
	unsigned int cpl = ktap_cpl();
	int status;

	ktap_start();
	ktap_check_privilege();
	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
	action.sa_sigaction = poke;
	action.sa_flags = SA_SIGINFO;
	sigaction(SIGUSR1, &action, NULL);
	test_frame();
	status = ktap_child(compat_cs);
	/* Privileged, there is only one mode to return to. */
	if (cpl)
		ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "CS 0x23: SIGSEGV");
	else
		ktap_ok(!status, "CS 0x23: ignored, still CPL0");
	test_nested();
	test_storm();
	return ktap_end();
}
