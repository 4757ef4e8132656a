// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who watches system calls watches gated ones, too: a seccomp filter and a
 * tracer must not be passed by calling the kernel as a function.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "arch.h"
#include "ktap.h"

static volatile sig_atomic_t trapped, trapped_nr;

static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	trapped++;
	trapped_nr = info->si_syscall;
}

/* From here on, getppid, getpgid and getsid do as the filter says. */
static bool filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x1234, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
		!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

/* In a child, as a filter cannot be taken off: which step failed. */
static void filtered(void)
{
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
	if (sys_getppid() != getppid())
		_exit(1);
	if (!filter())
		_exit(2);
	if (sys_getppid() != -EXDEV)
		_exit(3);
	if (syscall(SYS_getppid) != -1 || errno != EXDEV)
		_exit(4);
	sys_getpgid(0);
	if (trapped != 1 || trapped_nr != SYS_getpgid)
		_exit(5);
	if (sys_getsid(0x1234) != -EDOM || sys_getsid(0) != getsid(0))
		_exit(6);
	if (sys_getpid() != getpid())
		_exit(7);
	/* a call that takes the full frame */
	if (ARCH_SYS_FORK() == 0)
		_exit(sys_getppid() == -EXDEV ? 0 : 1);
	_exit(wait(&(int){ 0 }) > 0 ? 42 : 8);
}

static void strict(void)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		_exit(1);
	sys_write(-1, NULL, 0);
	sys_getppid();
	/* not reached, and not _exit(), which is exit_group */
	sys_exit(2);
}

static void test_seccomp(void)
{
	int status;

	status = ktap_child(filtered);
	ktap_ok(status == 42 << 8, "a filter decides on gated system calls: status %#x", status);
	status = ktap_child(strict);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
		"strict mode kills a gated getppid: status %#x", status);
}

static pid_t child;
static arch_regs regs;

static void traced(void)
{
	long ret;

	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	sys_getppid();
	ARCH_SYS_MMAP(0x11000, 0, 3, 0x22, -1UL, 0x7000);
	ret = sys_getpgid(77);
	_exit(ret == 1234 ? 42 : 1);
}

static bool syscall_stop(void)
{
	int status;

	return !ptrace(PTRACE_SYSCALL, child, 0, 0) && waitpid(child, &status, 0) == child &&
		WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80) &&
		arch_get_regs(child, &regs);
}

/* The stop after raise()'s own calls at which system call @nr is entered. */
static bool entry_of(unsigned long nr)
{
	int i;

	for (i = 0; i < 10; i++)
		if (!syscall_stop() ||
		    (arch_regs_nr(&regs) == nr && arch_regs_entry(&regs)))
			return i < 10 && arch_regs_nr(&regs) == nr;
	return false;
}

static bool six_arguments(void)
{
	static const unsigned long want[] = { 0x11000, 0, 3, 0x22, -1UL, 0x7000 };
	unsigned int i;

	for (i = 0; i < 6; i++)
		if (arch_regs_arg(&regs, i) != want[i])
			return false;
	return true;
}

static void test_ptrace(void)
{
	int status;

	fflush(stdout);
	child = fork();
	if (!child)
		traced();
	if (!ktap_ok(waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
		     !ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD),
		     "a child is traced"))
		return;
	ktap_ok(entry_of(SYS_getppid), "a gated getppid stops on entry");
	ktap_ok(arch_regs_user(&regs), "as a user program, at %#lx", arch_regs_pc(&regs));
	ktap_ok(syscall_stop() && arch_regs_nr(&regs) == SYS_getppid &&
		*arch_regs_result(&regs) == (unsigned long)getpid(), "and on exit with its result");
	ktap_ok(entry_of(ARCH_NR_MMAP) && six_arguments(), "six arguments are seen");
	ktap_ok(syscall_stop() && *arch_regs_result(&regs) == -(unsigned long)EINVAL,
		"and the error");
	ktap_ok(entry_of(SYS_getpgid) && arch_regs_arg(&regs, 0) == 77, "getpgid(77) is seen");
	ktap_ok(syscall_stop(), "its exit, too");
	*arch_regs_result(&regs) = 1234;
	arch_set_regs(child, &regs);
	ptrace(PTRACE_CONT, child, 0, 0);
	ktap_ok(waitpid(child, &status, 0) == child && status == 42 << 8,
		"a tracer can change the result: status %#x", status);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	test_seccomp();
	test_ptrace();
	return ktap_end();
}
