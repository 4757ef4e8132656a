// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linear address space separation, which keeps CPL0 out of the user's half of
 * the address space and CPL3 out of the kernel's: off while a privileged
 * program runs, on for everybody else. Started by lass.sh, in Bochs.
 *
 * link: kml
 * run: none
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "guard.h"
#include "ktap.h"

#define CR4_LASS (1UL << 27)
/* In the kernel's half, whatever is there. */
#define KERNEL_HALF 0xffffffff81000000UL

#define TRAP_GP 13

static volatile sig_atomic_t trap;

static uint64_t cr4(void)
{
	uint64_t value;

	asm volatile("mov %%cr4, %0" : "=r" (value));
	return value;
}

/* RCX is where it goes on. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)sig;
	(void)info;
	trap = regs[REG_TRAPNO];
	regs[REG_RIP] = regs[REG_RCX];
}

/* The exception that a read of the kernel's half makes: without LASS its pages do. */
static int kernel_half(void)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &action, NULL);
	trap = 0;
	asm volatile("lea 1f(%%rip), %%rcx\n"
		     "movb (%0), %%al\n"
		     "1:"
		     : : "r" (KERNEL_HALF) : "rax", "rcx", "memory");
	return trap;
}

static bool separated(void)
{
	return kernel_half() == TRAP_GP;
}

static bool not_separated(void)
{
	return !(cr4() & CR4_LASS);
}

int main(int argc, char **argv)
{
	const struct guard lass = { "lass", separated, not_separated };
	int status;

	if (guard_role(&lass, argc, argv, &status))
		return status;

	ktap_start();
	ktap_check_privilege();
	ktap_ok(not_separated(), "the user's half is there: CR4 is %#llx", (unsigned long long)cr4());
	ktap_ok(kml_available() && sys_getppid() == getppid(), "a gate");
	guard_test(&lass);
	return ktap_end();
}
