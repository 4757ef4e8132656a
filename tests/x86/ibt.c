// SPDX-License-Identifier: GPL-2.0-only
/*
 * Indirect branch tracking: off while a privileged program runs, on for
 * everybody else, whoever has run before. Started by host/ibt.sh, in Bochs.
 * As "ibt plain" it is the ordinary program that looks at its CPU; as "ibt
 * back" one that an ordinary program has become.
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

#include "ktap.h"

#define MSR_S_CET 0x6a2
#define ENDBR_EN 4
#define ROUNDS 200

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

/* The ordinary program: a byte for each byte, which says whether it is tracked. */
static int plain(void)
{
	char c;

	while (read(0, &c, 1) == 1) {
		c = ktap_cpl() == 3 && s_cet_by_kernel() == ENDBR_EN ? '+' : '-';
		if (write(1, &c, 1) != 1)
			return 1;
	}
	return 0;
}

/* A switch to the ordinary program and back in each round. */
static void take_turns(void)
{
	int to[2], from[2], tracked = 0, untracked_here = 0;
	char c = '?';
	pid_t pid;

	if (pipe(to) || pipe(from))
		exit(1);
	pid = fork();
	if (!pid) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		execl("/plain/x86/ibt", "ibt", "plain", NULL);
		_exit(1);
	}
	close(to[0]);
	close(from[1]);
	for (int i = 0; i < ROUNDS; i++) {
		if (write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1)
			break;
		tracked += c == '+';
		untracked_here += s_cet() == 0 && call_untracked(1) == 1;
	}
	close(to[1]);
	waitpid(pid, NULL, 0);
	ktap_ok(tracked == ROUNDS, "the ordinary program is tracked in %d of %d turns", tracked, ROUNDS);
	ktap_ok(untracked_here == ROUNDS, "the privileged one is not, in %d of %d", untracked_here, ROUNDS);
}

/* From a privileged program to an ordinary one and back, in one process. */
static void exec_twice(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		execl("/plain/x86/ibt", "ibt", "exec", NULL);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	ktap_ok(status == 0, "exec changes it both ways: status %#x", status);
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
	const char *role = argc > 1 ? argv[1] : "";

	if (!strcmp(role, "plain"))
		return plain();
	if (!strcmp(role, "exec")) {
		if (ktap_cpl() != 3 || s_cet_by_kernel() != ENDBR_EN)
			return 2;
		execl("/trusted/x86/ibt", "ibt", "back", NULL);
		return 3;
	}
	if (!strcmp(role, "back"))
		return ktap_cpl() || s_cet() || call_untracked(10) != 10 ? 4 : 0;

	ktap_start();
	ktap_check_privilege();
	ktap_ok(!s_cet(), "branches are not tracked: S_CET is %#llx", (unsigned long long)s_cet());
	ktap_ok(call_untracked(100000) == 100000, "100,000 calls of a function without ENDBR");
	ktap_ok(kml_available() && sys_getppid() == getppid(), "a gate");
	ktap_ok(!s_cet_by_kernel(), "the kernel does not track on its behalf either");
	take_turns();
	exec_twice();
	control();
	take_turns();
	return ktap_end();
}
