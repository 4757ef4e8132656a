// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an ordinary user can do to a privileged program that he has started:
 * nothing that reads or changes it, since it holds the kernel's secrets and
 * runs at its privilege. Each attack is tried on the same program started as
 * an ordinary one first, where it must work, or the test would show nothing.
 *
 * run: plain
 * depends: debug
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "ktap.h"

#define NOBODY 65534

static pid_t victim;
static unsigned long victim_stack;

/* Each attack returns 0 or the error that stopped it. */
static int attach(void)
{
	int status;

	if (ptrace(PTRACE_ATTACH, victim, 0, 0))
		return errno;
	waitpid(victim, &status, __WALL);
	return ptrace(PTRACE_DETACH, victim, 0, 0) ? errno : 0;
}

static int seize(void)
{
	int status;

	if (ptrace(PTRACE_SEIZE, victim, 0, 0))
		return errno;
	ptrace(PTRACE_INTERRUPT, victim, 0, 0);
	waitpid(victim, &status, __WALL);
	return ptrace(PTRACE_DETACH, victim, 0, 0) ? errno : 0;
}

static int vm_transfer(bool write)
{
	char c;
	struct iovec local = { &c, 1 }, remote = { (void *)victim_stack, 1 };
	ssize_t n = process_vm_readv(victim, &local, 1, &remote, 1, 0);

	if (n == 1 && write)
		n = process_vm_writev(victim, &local, 1, &remote, 1, 0);
	return n == 1 ? 0 : errno;
}

static int vm_read(void)
{
	return vm_transfer(false);
}

static int vm_write(void)
{
	char c = 0;
	struct iovec local = { &c, 1 }, remote = { (void *)victim_stack, 1 };

	if (vm_transfer(true) == 0)
		return 0;
	return process_vm_writev(victim, &local, 1, &remote, 1, 0) == 1 ? 0 : errno;
}

static int proc_open(const char *name, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", victim, name);
	fd = open(path, flags);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int proc_mem(void)
{
	return proc_open("mem", O_RDWR);
}

static int proc_maps(void)
{
	return proc_open("maps", O_RDONLY);
}

static int proc_environ(void)
{
	return proc_open("environ", O_RDONLY);
}

static int proc_fd(void)
{
	return proc_open("fd/0", O_RDONLY);
}

static int proc_map_files(void)
{
	return proc_open("exe", O_RDONLY);
}

static int get_fd(void)
{
	int pidfd = syscall(SYS_pidfd_open, victim, 0);
	int fd = syscall(SYS_pidfd_getfd, pidfd, 0, 0), err = errno;

	close(pidfd);
	if (fd < 0)
		return err;
	close(fd);
	return 0;
}

static int compare(void)
{
	return syscall(SYS_kcmp, getpid(), victim, KCMP_VM, 0, 0) < 0 ? errno : 0;
}

static const struct {
	const char *name;
	int (*attack)(void);
} attacks[] = {
	{ "PTRACE_ATTACH", attach },
	{ "PTRACE_SEIZE", seize },
	{ "process_vm_readv", vm_read },
	{ "process_vm_writev", vm_write },
	{ "/proc/PID/mem", proc_mem },
	{ "/proc/PID/maps", proc_maps },
	{ "/proc/PID/environ", proc_environ },
	{ "/proc/PID/fd", proc_fd },
	{ "/proc/PID/exe", proc_map_files },
	{ "pidfd_getfd", get_fd },
	{ "kcmp", compare },
};

/* The victim sleeps; its stack is where /proc/PID/stat says, or we guess. */
static void start(const char *program)
{
	int ready[2];
	char c;

	if (pipe2(ready, O_CLOEXEC))
		exit(1);
	victim = fork();
	if (!victim) {
		execl(program, "busybox", "sleep", "100", NULL);
		_exit(126);
	}
	close(ready[1]);
	if (read(ready[0], &c, 1))
		exit(1);
	close(ready[0]);
	usleep(200000);
}

static unsigned long find_stack(void)
{
	char path[64], line[256];
	unsigned long start = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", victim);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "[stack]"))
			sscanf(line, "%*x-%lx", &start);
	if (f)
		fclose(f);
	return start ? start - 64 : (unsigned long)environ & ~15UL;
}

/* A signal that dumps core: privileged programs must not leave one behind. */
static void dump(bool trusted)
{
	int status;

	kill(victim, SIGSEGV);
	waitpid(victim, &status, 0);
	ktap_ok(WIFSIGNALED(status) && !!WCOREDUMP(status) != trusted,
		trusted ? "no core of the privileged program" : "core of the ordinary program");
}

static void run(const char *program, bool trusted)
{
	unsigned int i;

	start(program);
	victim_stack = find_stack();
	for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		int err = attacks[i].attack();

		ktap_ok(trusted ? err == EPERM || err == EACCES : !err, "%s %s: %s", attacks[i].name,
			trusted ? "is refused" : "works on an ordinary program", strerror(err));
	}
	dump(trusted);
}

static void write_file(const char *name, const char *value)
{
	int fd = open(name, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		perror(name);
	close(fd);
}

static void attack_as_user(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		exit(1);
	run("/bin/busybox", false);
	run("/trusted/busybox", true);
	exit(ktap_end());
}

int main(void)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	int status;

	ktap_start();
	mkdir("/tmp/trust-core", 0777);
	chmod("/tmp/trust-core", 0777);
	write_file("/proc/sys/kernel/core_pattern", "/tmp/trust-core/core");
	setrlimit(RLIMIT_CORE, &unlimited);
	status = ktap_child(attack_as_user);
	write_file("/proc/sys/kernel/core_pattern", "core");
	unlink("/tmp/trust-core/core");
	rmdir("/tmp/trust-core");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
