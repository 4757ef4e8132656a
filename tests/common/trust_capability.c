// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who looks into a privileged program could do what it does: it takes
 * CAP_SYS_MODULE, and the capabilities that are enough for any other process
 * are not.
 *
 * run: plain
 * depends: debug
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64	/* a stack of 32 bits is above 2 GiB */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "ktap.h"

static void drop_sys_module(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		_exit(100);
	data[0].effective &= ~(1U << CAP_SYS_MODULE);
	data[0].permitted &= ~(1U << CAP_SYS_MODULE);
	data[0].inheritable &= ~(1U << CAP_SYS_MODULE);
	if (syscall(SYS_capset, &head, data))
		_exit(101);
}

/* Each returns 0 or an errno. */
static int try_attach(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL))
		return errno;
	waitpid(pid, &status, 0);
	return ptrace(PTRACE_DETACH, pid, NULL, NULL) ? errno : 0;
}

static int try_seize(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		return errno;
	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	waitpid(pid, &status, 0);
	return ptrace(PTRACE_DETACH, pid, NULL, NULL) ? errno : 0;
}

static unsigned long stack_of(pid_t pid)
{
	unsigned long address = 0;
	char name[64], line[256];
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%d/maps", pid);
	file = fopen(name, "r");
	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, "[stack]"))
			sscanf(line, "%lx", &address);
	if (file)
		fclose(file);
	return address;
}

/* Where its stack is the parent has found out: maps may not be readable. */
static unsigned long stack;

static int try_writev(pid_t pid)
{
	char byte = 0;
	struct iovec local = { &byte, 1 }, remote = { (void *)stack, 1 };

	return process_vm_writev(pid, &local, 1, &remote, 1, 0) == 1 ? 0 : errno;
}

static int try_mem(pid_t pid)
{
	char name[64], byte = 0;
	int fd, ret;

	snprintf(name, sizeof(name), "/proc/%d/mem", pid);
	fd = open(name, O_RDWR);
	if (fd < 0)
		return errno;
	ret = pwrite(fd, &byte, 1, stack) == 1 ? 0 : errno;
	close(fd);
	return ret;
}

static int try_getfd(pid_t pid)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	int ret = syscall(SYS_pidfd_getfd, pidfd, 1, 0) >= 0 ? 0 : errno;

	close(pidfd);
	return ret;
}

static int try_maps(pid_t pid)
{
	char name[64], byte;
	int fd, ret;

	snprintf(name, sizeof(name), "/proc/%d/maps", pid);
	fd = open(name, O_RDONLY);
	if (fd < 0)
		return errno;
	ret = read(fd, &byte, 1) == 1 ? 0 : errno ? errno : EIO;
	close(fd);
	return ret;
}

static const struct {
	const char *name;
	int (*try)(pid_t pid);
} ways[] = {
	{ "PTRACE_ATTACH", try_attach },
	{ "PTRACE_SEIZE", try_seize },
	{ "process_vm_writev()", try_writev },
	{ "/proc/PID/mem", try_mem },
	{ "/proc/PID/maps", try_maps },
	{ "pidfd_getfd()", try_getfd },
};

static pid_t start(const char *program)
{
	pid_t pid = fork();

	if (!pid) {
		execl(program, "busybox", "sleep", "100", NULL);
		_exit(127);
	}
	usleep(300000);
	return pid;
}

static int in_child(int (*try)(pid_t pid), pid_t pid, bool drop)
{
	pid_t child = fork();
	int status;

	if (!child) {
		if (drop)
			drop_sys_module();
		_exit(try(pid));
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

static void test_victim(const char *program, bool privileged)
{
	pid_t pid = start(program);
	unsigned int i;
	int ret;

	stack = stack_of(pid);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		ret = in_child(ways[i].try, pid, false);
		ktap_ok(ret == 0, "%s, all capabilities, %s: %s", program,
			ways[i].name, strerror(ret));
		ret = in_child(ways[i].try, pid, true);
		ktap_ok(privileged ? ret == EPERM || ret == EACCES : ret == 0,
			"%s, no CAP_SYS_MODULE, %s: %s", program, ways[i].name,
			strerror(ret));
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A tracer that was there before exec: the program's privilege is its exit status. */
static int traced_exec(bool drop)
{
	pid_t tracer = fork(), child;
	int status;

	if (!tracer) {
		if (drop)
			drop_sys_module();
		child = fork();
		if (!child) {
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			execl("/trusted/common/printcpl", "printcpl", NULL);
			_exit(127);
		}
		waitpid(child, &status, 0);
		while (WIFSTOPPED(status)) {
			/* by a signal an ordinary program of arm64 finds its level */
			ptrace(PTRACE_CONT, child, NULL, WSTOPSIG(status) == SIGTRAP ? 0L : (long)WSTOPSIG(status));
			waitpid(child, &status, 0);
		}
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
	}
	waitpid(tracer, &status, 0);
	return WEXITSTATUS(status);
}

int main(void)
{
	int ret;

	ktap_start();
	test_victim("/bin/busybox", false);
	test_victim("/trusted/busybox", true);
	ret = traced_exec(false);
	ktap_ok(ret == 0, "traced before exec with all capabilities: cpl %d", ret);
	ret = traced_exec(true);
	ktap_ok(ret == 3, "traced before exec without CAP_SYS_MODULE: cpl %d", ret);
	return ktap_end();
}
