// SPDX-License-Identifier: GPL-2.0-only
/*
 * Indirect branch tracking: off while a privileged program runs, on for
 * everybody else. Started by host/ibt.sh, in Bochs.
 *
 * link: kml
 * run: none
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "guard.h"
#include "ktap.h"

#define MSR_S_CET 0x6a2
#define ENDBR_EN 4

/* Begins with no ENDBR, whatever the compiler's default is. */
asm(".pushsection .text\n"
	"untracked: mov $42, %eax\n"
	"ret\n"
	".popsection");
int untracked(void);

static uint64_t s_cet(void)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (MSR_S_CET));
	return (uint64_t)high << 32 | low;
}

static void set_s_cet(uint32_t value)
{
	asm volatile("wrmsr" : : "c" (MSR_S_CET), "a" (value), "d" (0));
}

/* What the kernel reads of it on behalf of this process. */
static uint64_t s_cet_by_kernel(void)
{
	uint64_t value = ~0ULL;
	int fd = open("/dev/cpu/0/msr", O_RDONLY);

	if (fd < 0 || pread(fd, &value, sizeof(value), MSR_S_CET) != sizeof(value))
		value = ~0ULL;
	close(fd);
	return value;
}

static long call_untracked(long times)
{
	int (*volatile function)(void) = untracked;
	long right = 0;

	for (long i = 0; i < times; i++)
		right += function() == 42;
	return right;
}

static bool tracked(void)
{
	return s_cet_by_kernel() == ENDBR_EN;
}

static bool not_tracked(void)
{
	return !s_cet() && call_untracked(1) == 1;
}

/* What an exception's frame does not keep the next indirect branch must not meet. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	(void)context;
	set_s_cet(0);
	_exit(17);
}

static void control(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

		sigaction(SIGSEGV, &action, NULL);
		set_s_cet(ENDBR_EN);
		call_untracked(1);
		set_s_cet(0);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ktap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 17, "this CPU does track where it is told to: status %#x", status);
}

int main(int argc, char **argv)
{
	const struct guard ibt = { "ibt", tracked, not_tracked };
	int status;

	if (guard_role(&ibt, argc, argv, &status))
		return status;

	ktap_start();
	ktap_check_privilege();
	ktap_ok(!s_cet(), "branches are not tracked: S_CET is %#llx", (unsigned long long)s_cet());
	ktap_ok(call_untracked(100000) == 100000, "100,000 calls of a function without ENDBR");
	ktap_ok(kml_available() && sys_getppid() == getppid(), "a gate");
	ktap_ok(!s_cet_by_kernel(), "the kernel does not track on its behalf either");
	control();
	guard_test(&ibt);
	return ktap_end();
}
