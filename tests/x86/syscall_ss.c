// SPDX-License-Identifier: GPL-2.0-only
/*
 * A load of %ss puts the #DB of a watchpoint on what it has read off until the
 * next instruction is done. When that is SYSCALL, a program of /trusted is in
 * its entry by then: the handler of its signal must find it before the call,
 * as it is returned to. QEMU puts nothing off, so host/ibt.sh starts this in
 * Bochs, too.
 *
 * run: trusted
 */
#define _GNU_SOURCE
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "ktap.h"

#define KERNEL_DS	0x18
#define IF		0x200

static uint16_t watched __attribute__((used, aligned(8))) = KERNEL_DS;
static volatile int traps;
static volatile uintptr_t rip;
static volatile unsigned long flags;
extern char ss_syscall[];
long call_behind_ss(long nr);

asm(".pushsection .text\n"
	"call_behind_ss:\n"
	"	mov %rdi, %rax\n"
	"	mov watched(%rip), %ss\n"
	"ss_syscall:\n"
	"	syscall\n"
	"	ret\n"
	".popsection");

static void on_trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)info;
	rip = uc->uc_mcontext.gregs[REG_RIP];
	flags = uc->uc_mcontext.gregs[REG_EFL];
	traps++;
}

int main(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_RW, .bp_addr = (uintptr_t)&watched,
		.bp_len = sizeof(watched), .sample_period = 1, .exclude_kernel = 1, .sigtrap = 1, .remove_on_exec = 1,
	};
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	long pid;
	int fd;

	ktap_start();
	ktap_check_privilege();
	sigaction(SIGTRAP, &action, NULL);
	fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	ktap_ok(fd >= 0, "what %%ss is loaded from is watched");
	pid = call_behind_ss(SYS_getpid);
	close(fd);
	ktap_ok(traps == 1, "one trap: %d", traps);
	ktap_ok(rip == (uintptr_t)ss_syscall, "it is before SYSCALL, at %#lx: %#lx", (uintptr_t)ss_syscall, rip);
	ktap_ok(flags & IF, "with the program's flags: %#lx", flags);
	ktap_ok(pid == getpid(), "the call is made: %ld", pid);
	return ktap_end();
}
