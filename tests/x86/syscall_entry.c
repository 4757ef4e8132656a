// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SYSCALL instruction of a program that knows nothing of KML: what it keeps
 * (registers, flags, the red zone), numbers of every kind, restarts, filters,
 * and which entry serves it. A privileged program has one of its own, which
 * must not differ from the stock entry in anything but time.
 *
 * run: both
 * depends: cpu pages gs debug tick rt
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>

#include "kallsyms.h"
#include "ktap.h"
#include "syscall_state.h"

static volatile int signals;

static void on_signal(int sig)
{
	(void)sig;
	signals++;
}

static void keeps(const char *what, bool right)
{
	const char *which = changed();

	ktap_ok(right && !which, "%s: result %lld, changed: %s", what, (long long)entry_out.rax, which ?: "nothing");
}

static void test_registers(void)
{
	static const struct {
		const char *what;
		uint64_t flags;
	} odd[] = {
		{ "no flag", IF }, { "all arithmetic flags", IF | ARITHMETIC }, { "carry", IF | 1 }, { "DF", IF | 0x400 },
		{ "AC", IF | 0x40000 }, { "NT", IF | 0x4000 }, { "IOPL 0, ID", IF | 0x200000 }, { "interrupts off", ARITHMETIC },
	};
	pid_t parent = getppid();

	for (unsigned int i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		/* an ordinary program cannot clear it */
		if (!(odd[i].flags & IF) && ktap_cpl())
			continue;
		keeps(odd[i].what, call(SYS_getppid, 0, 0, 0, odd[i].flags) == parent);
	}
	signal(SIGUSR1, on_signal);
	signals = 0;
	call(SYS_kill, getpid(), SIGUSR1, 0, IF | ARITHMETIC);
	keeps("a signal on the way out", !entry_out.rax && signals == 1);
	call(SYS_read, -1, 0, 1, IF | 1);
	keeps("EBADF", (int64_t)entry_out.rax == -EBADF);
	call(SYS_getcwd, 64, 4096, 0, IF);
	keeps("EFAULT", (int64_t)entry_out.rax == -EFAULT);
	call(SYS_sched_yield, 0, 0, 0, IF);
	keeps("a switch", !entry_out.rax);
	/* the kernel takes the low half as a signed number */
	keeps("number with a high half", call(0xdeadbeef00000000 | SYS_getppid, 0, 0, 0, IF) == parent);
	call(100000, 0, 0, 0, IF);
	keeps("number beyond the table", (int64_t)entry_out.rax == -ENOSYS);
	call(-1, 0, 0, 0, IF);
	keeps("-1", (int64_t)entry_out.rax == -ENOSYS);
	call(0xffffffff, 0, 0, 0, IF);
	keeps("-1 without a high half", (int64_t)entry_out.rax == -ENOSYS);
	call(450 + 4096, 0, 0, 0, IF);
	keeps("just beyond", (int64_t)entry_out.rax == -ENOSYS);
	call(0x40000000 | SYS_getppid, 0, 0, 0, IF);
	keeps("x32's bit", (int64_t)entry_out.rax == -ENOSYS || (int64_t)entry_out.rax == parent);
	call(SYS_restart_syscall, 0, 0, 0, IF);
	keeps("restart_syscall without a reason", (int64_t)entry_out.rax == -EINTR);
}

/* A sleeping read goes on after a handler; the bytes come from a child. */
static void test_restart(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct timespec begin, end;
	int fd[2], status = -1;
	char c = 0;
	pid_t pid;

	sigaction(SIGUSR1, &action, NULL);
	signals = 0;
	if (pipe(fd))
		exit(1);
	pid = fork();
	if (!pid) {
		for (int i = 0; i < 5; i++) {
			usleep(20000);
			kill(getppid(), SIGUSR1);
		}
		usleep(20000);
		_exit(write(fd[1], "x", 1) != 1);
	}
	call(SYS_read, fd[0], (uintptr_t)&c, 1, IF | ARITHMETIC);
	keeps("read, restarted", entry_out.rax == 1 && c == 'x' && signals == 5);
	waitpid(pid, NULL, 0);

	pid = fork();
	if (!pid) {
		struct timespec time = { .tv_nsec = 300000000 };

		call(SYS_nanosleep, (uintptr_t)&time, 0, 0, IF);
		_exit(entry_out.rax || changed());
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	usleep(50000);
	kill(pid, SIGSTOP);
	usleep(50000);
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ktap_ok(!status && (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000 >= 250,
		"nanosleep, by its restart block: status %#x", status);
}

static int filtered(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 77),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 2;
	return call(SYS_getppid, 0, 0, 0, IF) == -77 && !changed() ? 0 : 1;
}

static volatile uint64_t dispatched, dispatch_address;
static volatile char selector;

static void on_dispatch(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	selector = 0;
	dispatched = info->si_syscall;
	dispatch_address = (uintptr_t)info->si_call_addr;
}

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

static int dispatch(void)
{
	struct sigaction action = { .sa_sigaction = on_dispatch, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
	if (prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, &selector))
		return 4;
	selector = 1;
	call(SYS_getppid, 0, 0, 0, IF);
	return dispatched == SYS_getppid && dispatch_address == (uintptr_t)after_syscall ? 0 : 1;
}

/* A tracer sees the call at its entry and exit, and may change it. */
static int traced(void)
{
	int status = 0, stops = 0;
	pid_t pid = fork();

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		call(SYS_getppid, 0, 0, 0, IF | ARITHMETIC);
		_exit((int64_t)entry_out.rax != 4711 || changed());
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	while (!ptrace(PTRACE_SYSCALL, pid, 0, 0) && waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		long nr = ptrace(PTRACE_PEEKUSER, pid, 15 * 8, 0);

		if (WSTOPSIG(status) != (SIGTRAP | 0x80) || nr != SYS_getppid)
			continue;
		if (++stops == 2)
			ptrace(PTRACE_POKEUSER, pid, 10 * 8, 4711);
	}
	return stops == 2 && !status ? 0 : 1;
}

static volatile unsigned int steps, strays;

static void on_step(int sig, siginfo_t *info, void *context)
{
	uintptr_t ip = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];

	(void)sig;
	(void)info;
	steps++;
	strays += ip < (uintptr_t)enter || ip >= (uintptr_t)enter_end;
}

/* A program that steps itself sees its own instructions, and none of who serves the call. */
static int steps_itself(void)
{
	struct sigaction action = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO };

	sigaction(SIGTRAP, &action, NULL);
	stepped = true;
	if (call(SYS_getppid, 0, 0, 0, IF | TF | ARITHMETIC) != getppid())
		return 2;
	entry_in.flags &= ~TF;
	return changed() ? 3 : strays ? 4 : steps < 50 ? 5 : 0;
}

/* A debugger may come and go while the program makes calls. */
static int attached(void)
{
	int status, wrong = 0;
	pid_t pid;

	stepped = true;
	pid = fork();
	if (!pid)
		for (unsigned long i = 0;; i++)
			if (call(SYS_getpid, 0, 0, 0, IF | (i & 1 ? ARITHMETIC : 0)) != getpid() || changed()) {
				printf("# round %lu: result %lld, changed: %s, flags %#llx\n", i, (long long)entry_out.rax,
				       changed() ?: "nothing", (long long)entry_out.flags);
				_exit(1);
			}
	for (int i = 0; i < 200 && !wrong; i++) {
		wrong |= ptrace(PTRACE_ATTACH, pid, 0, 0) || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status);
		wrong |= ptrace(PTRACE_SINGLESTEP, pid, 0, 0) || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status);
		wrong |= !!ptrace(PTRACE_DETACH, pid, 0, 0);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return wrong || !WIFSIGNALED(status);
}

static int in_child(int (*function)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(function());
	waitpid(pid, &status, 0);
	return status;
}

static void test_observers(void)
{
	ktap_ok(!in_child(filtered), "seccomp answers for the call");
	ktap_ok(!in_child(dispatch), "user dispatch: its signal, number and address");
	ktap_ok(!traced(), "a tracer sees both ends and changes the result");
	ktap_ok(!in_child(steps_itself), "single step: its own instructions only");
	ktap_ok(!in_child(attached), "200 times attached, stepped and left");
}

/* Which entry is it? Only a privileged program can look. */
static void test_entry(void)
{
	const char *state = entry_state(), *boot = getenv("KML_BOOT") ?: "";
	unsigned long stock = kallsyms_address("entry_SYSCALL_64"), address = read_lstar();
	bool fast = !strncmp(state, "fast", 4);

	ktap_ok(fast || !*boot || !strncmp(boot, "debug", 5), "no stock entry here without a reason: %s", state);
	ktap_ok(stock && fast == (address != stock), "%s: LSTAR is %#lx, the stock entry %#lx", state, address, stock);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	test_registers();
	test_restart();
	test_observers();
	if (ktap_trusted())
		test_entry();
	return ktap_end();
}
