// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GS base of an ordinary program stays its own when a privileged one,
 * whose inactive base is the kernel's per-CPU base, ran before it on the same
 * CPU, with and without a kernel thread in between. Left there, it would be an
 * address of the kernel in the hands of anybody. Most likely on nofsgsbase.
 *
 * run: plain
 * depends: cpu pages gs
 */
#define _GNU_SOURCE
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "ktap.h"

#define ARCH_SET_GS 0x1001
#define ARCH_GET_GS 0x1004
#define TRUSTED "/trusted/x86/mixed"
#define ROUNDS 300

static sigjmp_buf back;
static volatile uintptr_t fault_address;

static void on_segv(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	fault_address = (uintptr_t)info->si_addr;
	siglongjmp(back, 1);
}

/* The base as the CPU has it, by a load that must fault near it. */
static uintptr_t loaded_base(void)
{
	fault_address = ~0UL;
	if (!sigsetjmp(back, 1))
		asm volatile("mov %%gs:8, %%al" : : : "rax", "memory");
	return fault_address - 8;
}

/* Meanwhile the other program, and the kernel threads, run on this CPU. */
static void test_base(const char *what, uintptr_t base)
{
	int i, wrong = 0;
	uintptr_t asked;

	syscall(SYS_arch_prctl, ARCH_SET_GS, base);
	for (i = 0; i < ROUNDS; i++) {
		if (i & 1)
			sched_yield();
		else
			usleep(500);
		asked = ~0UL;
		syscall(SYS_arch_prctl, ARCH_GET_GS, &asked);
		wrong += loaded_base() != base || asked != base;
	}
	ktap_ok(!wrong, "%s: %d of %d wrong", what, wrong, ROUNDS);
}

int main(void)
{
	struct sigaction action = {
		.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	cpu_set_t set;
	int i, status;
	pid_t pid;

	ktap_start();
	ktap_check_privilege();
	if (access(TRUSTED, X_OK)) {
		ktap_skip("GS base", "not in the guest");
		return ktap_end();
	}
	sched_getaffinity(0, sizeof(set), &set);
	for (i = 0; !CPU_ISSET(i, &set); i++)
		;
	CPU_ZERO(&set);
	CPU_SET(i, &set);
	sched_setaffinity(0, sizeof(set), &set);
	sigaction(SIGSEGV, &action, NULL);
	pid = fork();
	if (!pid) {
		close(STDOUT_FILENO);
		execl(TRUSTED, TRUSTED, "30", NULL);
		_exit(98);
	}
	usleep(300000);
	test_base("a zero base", 0);
	test_base("a base of its own", 0x100000);
	ktap_ok(waitpid(pid, &status, WNOHANG) == 0, "the privileged program still ran");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return ktap_end();
}
