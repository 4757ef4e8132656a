// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program does wrong is its own signal, with the right address and a
 * PSR that looks like USER mode, at kernel privilege as elsewhere; a PSR that a
 * handler forged changes neither the mode nor the kernel's mind.
 *
 * run: both
 * depends: cpu pages layout
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "arch.h"
#include "arm.h"
#include "ktap.h"

static uint32_t own_mode;

static bool fault_was(int got, int sig, uintptr_t address)
{
	uint32_t handler = arm_fault.handler_psr & ARM_PSR_MODE;

	if (got == sig && arm_fault.address == address && handler == own_mode &&
	    (arm_fault.psr & (ARM_PSR_MODE | ARM_PSR_IRQ_OFF)) == ARM_USER_MODE)
		return true;
	printf("# signal %d at %#lx, PSR %#x, in the handler %#x\n", got,
	       (unsigned long)arm_fault.address, arm_fault.psr, arm_fault.handler_psr);
	return false;
}

static void test_addresses(void)
{
	static const uintptr_t bad[] = { 0, 8, 0x1000, ARCH_BAD_POINTER, 0xfffffffc };
	uint32_t value;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ktap_ok(fault_was(arm_read(arm_at(bad[i]), &value), SIGSEGV, bad[i]),
			"a load from %#lx", (unsigned long)bad[i]);
		ktap_ok(fault_was(arm_write(arm_at(bad[i]), 1), SIGSEGV, bad[i]),
			"a store to %#lx", (unsigned long)bad[i]);
	}
	ktap_ok(fault_was(ARM_TRY(((void (*)(void))arm_at(0x100))()), SIGSEGV, 0x100),
		"a jump to 0x100");
	ktap_ok((arm_psr() & ARM_PSR_MODE) == own_mode, "the mode is as before");
}

static void test_protection(void)
{
	char *area = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t value;

	ktap_ok(fault_was(arm_write(area + 4, 1), SIGSEGV, (uintptr_t)area + 4) &&
		arm_fault.code == SEGV_ACCERR, "a store to a read-only page");
	mprotect(area, 4096, PROT_NONE);
	ktap_ok(fault_was(arm_read(area + 4, &value), SIGSEGV, (uintptr_t)area + 4) &&
		arm_fault.code == SEGV_ACCERR, "a load without PROT_READ");
	munmap(area, 8192);
}

static void test_instructions(void)
{
	ktap_ok(ARM_TRY(asm volatile("udf #7")) == SIGILL &&
		(arm_fault.handler_psr & ARM_PSR_MODE) == own_mode, "an undefined instruction");
	/* what gdb writes for a breakpoint */
	ktap_ok(ARM_TRY(asm volatile(".inst.n 0xde01")) == SIGTRAP &&
		(arm_fault.psr & ARM_PSR_MODE) == ARM_USER_MODE, "a breakpoint");
}

static volatile uint32_t forged;
static volatile sig_atomic_t hits;

static void forge(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)info;
	hits++;
	uc->uc_mcontext.arm_cpsr = (uc->uc_mcontext.arm_cpsr & ~0xdfUL) | forged;
}

static void take_forged(void)
{
	struct sigaction action = { .sa_sigaction = forge, .sa_flags = SA_SIGINFO };
	uint32_t psr;

	signal(SIGSEGV, SIG_DFL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	psr = arm_psr();
	_exit(hits == 1 && (psr & 0xdf) == own_mode ? 0 : 1);
}

/* SIGSEGV, or as if nothing had been changed. */
static void test_forged(void)
{
	static const uint32_t modes[] = { 0x10, 0x1f, 0x13, 0x93, 0xdf, 0x9f, 0x12, 0x1b };
	unsigned int i;
	int status;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		forged = modes[i];
		status = ktap_child(take_forged);
		ktap_ok(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV),
			"a handler that returns to PSR %#x: status %#x", modes[i], status);
	}
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	own_mode = ktap_trusted() ? ARM_SYSTEM_MODE : ARM_USER_MODE;
	arm_catch();
	test_addresses();
	test_protection();
	test_instructions();
	test_forged();
	return ktap_end();
}
