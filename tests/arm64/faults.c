// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program does wrong is its own signal, with the right address and a
 * PSTATE that looks like EL0, at kernel privilege as elsewhere; a PSTATE that a
 * handler forged changes neither the level nor the kernel's mind.
 *
 * run: both
 * depends: cpu pages layout
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "arch.h"
#include "arm64.h"
#include "ktap.h"

static void test_addresses(void)
{
	static const uintptr_t bad[] = { 0, 8, 0x1000, ARCH_TASK_SIZE, ARCH_BAD_POINTER };
	/* in code, as QEMU looks for the page first */
	uintptr_t odd = (uintptr_t)ktap_end + 2;
	uint32_t value;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ktap_ok(arm64_fault_was(arm64_read(arm64_at(bad[i]), &value), SIGSEGV, bad[i]),
			"a load from %#lx", (unsigned long)bad[i]);
		ktap_ok(arm64_fault_was(arm64_write(arm64_at(bad[i]), 1), SIGSEGV, bad[i]),
			"a store to %#lx", (unsigned long)bad[i]);
	}
	ktap_ok(arm64_fault_was(ARM64_TRY(((void (*)(void))arm64_at(0x100))()), SIGSEGV, 0x100),
		"a jump to 0x100");
	ktap_ok(arm64_fault_was(ARM64_TRY(((void (*)(void))arm64_at(odd))()), SIGBUS, odd),
		"a jump to where no instruction begins");
}

static void test_kernel_text(void)
{
	uintptr_t text = arm64_symbol("schedule");
	uint32_t value;

	if (!ktap_ok(text, "/proc/kallsyms tells where schedule() is"))
		return;
	ktap_ok(arm64_fault_was(arm64_write((void *)text, 0), SIGSEGV, text), "a store to the kernel's text");
	ktap_ok(arm64_read((void *)text, &value) == (ktap_trusted() ? 0 : SIGSEGV), "a load from it");
}

static void test_protection(void)
{
	char *area = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t value;

	ktap_ok(arm64_fault_was(arm64_write(area + 4, 1), SIGSEGV, (uintptr_t)area + 4) &&
		arm64_fault.code == SEGV_ACCERR, "a store to a read-only page");
	ktap_ok(arm64_fault_was(ARM64_TRY(((void (*)(void))area)()), SIGSEGV, (uintptr_t)area) &&
		arm64_fault.code == SEGV_ACCERR, "a jump into data");
	mprotect(area, 4096, PROT_NONE);
	ktap_ok(arm64_fault_was(arm64_read(area + 4, &value), SIGSEGV, (uintptr_t)area + 4) &&
		arm64_fault.code == SEGV_ACCERR, "a load without PROT_READ");
	munmap(area, 8192);
}

static void test_instructions(void)
{
	ktap_ok(ARM64_TRY(asm volatile("udf #7")) == SIGILL && !(arm64_fault.pstate & ARM64_PSR_ODD),
		"an undefined instruction");
	ktap_ok(ARM64_TRY(asm volatile("brk #0")) == SIGTRAP && !(arm64_fault.pstate & ARM64_PSR_ODD),
		"a breakpoint");
}

static volatile uint64_t forged;
static volatile sig_atomic_t hits;

static void forge(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)info;
	hits++;
	uc->uc_mcontext.pstate = (uc->uc_mcontext.pstate & ~ARM64_PSR_ODD) | forged;
}

static void take_forged(void)
{
	struct sigaction action = { .sa_sigaction = forge, .sa_flags = SA_SIGINFO };

	signal(SIGSEGV, SIG_DFL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	_exit(hits == 1 && (ktap_cpl() == 0) == ktap_trusted() ? 0 : 1);
}

/* SIGSEGV, or as if nothing had been changed. */
static void test_forged(void)
{
	static const uint64_t modes[] = { 0x4, 0x5, 0x8, 0x9, 0xd, 0x80, 0x3c0, 0x3c5, 0x10, 0x1f, 0x400000 };
	unsigned int i;
	int status;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		forged = modes[i];
		status = ktap_child(take_forged);
		ktap_ok(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV),
			"a handler that returns to PSTATE %#lx: status %#x", (unsigned long)modes[i], status);
	}
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	arm64_catch();
	test_addresses();
	test_kernel_text();
	test_protection();
	test_instructions();
	test_forged();
	return ktap_end();
}
