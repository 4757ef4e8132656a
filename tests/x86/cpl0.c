// SPDX-License-Identifier: GPL-2.0-only
/*
 * The point of it all: a program under /trusted reads the kernel's
 * memory and uses a privileged instruction. Elsewhere, or without the module,
 * the CPU refuses each; an ordinary program that could would own the machine.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <sys/utsname.h>

#include "kallsyms.h"
#include "ktap.h"

static volatile uintptr_t fault_address;
static volatile int fault_code;
static volatile sig_atomic_t fault_signal;

/* Goes on behind the one load or privileged instruction that faulted. */
static void on_segv(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	fault_signal = sig;
	fault_address = (uintptr_t)info->si_addr;
	fault_code = info->si_code;
	uc->uc_mcontext.gregs[REG_RIP] = uc->uc_mcontext.gregs[REG_RDX];
}

static unsigned char read_byte(uintptr_t address)
{
	unsigned char value = 0;

	fault_signal = 0;
	asm volatile("lea 1f(%%rip), %%rdx; movb (%1), %0; 1:"
		     : "+q" (value) : "r" (address) : "rdx", "memory");
	return value;
}

static unsigned long read_cr3(void)
{
	unsigned long value = 0;

	fault_signal = 0;
	asm volatile("lea 1f(%%rip), %%rdx; mov %%cr3, %0; 1:"
		     : "+r" (value) : : "rdx", "memory");
	return value;
}

static void test_trusted(uintptr_t banner)
{
	struct utsname name;
	char want[128], got[128];
	size_t i;

	uname(&name);
	snprintf(want, sizeof(want), "Linux version %s ", name.release);
	for (i = 0; i < strlen(want); i++)
		got[i] = read_byte(banner + i);
	got[i] = 0;
	ktap_ok(!fault_signal && !strcmp(got, want), "reads linux_banner");
	ktap_ok(read_cr3() && !fault_signal, "reads CR3");
}

static void test_plain(uintptr_t banner)
{
	ktap_ok(!read_byte(banner) && fault_signal == SIGSEGV,
		"linux_banner is SIGSEGV");
	ktap_ok(fault_address == banner, "si_addr is its address");
	ktap_ok(fault_code == SEGV_MAPERR, "si_code is SEGV_MAPERR, is %d", fault_code);
	ktap_ok(!read_cr3() && fault_signal == SIGSEGV, "CR3 is SIGSEGV");
	ktap_ok(fault_code == SI_KERNEL, "si_code is SI_KERNEL");
}

int main(void)
{
	struct sigaction action = {
		.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	uintptr_t banner;

	ktap_start();
	ktap_check_privilege();
	sigaction(SIGSEGV, &action, NULL);
	banner = kallsyms_address("linux_banner");
	if (!ktap_ok(banner, "/proc/kallsyms tells where linux_banner is"))
		return ktap_end();
	if (ktap_trusted())
		test_trusted(banner);
	else
		test_plain(banner);
	return ktap_end();
}
