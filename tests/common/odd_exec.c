// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of scripts: starts a program in a way that no shell does.
 *
 *	odd_exec HOW FILE: exits as FILE does, 126 if it could not be started
 *
 * run: none
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "ktap.h"

static char *argv_file[] = { "printcpl", NULL };

static void exec_memfd(const char *file)
{
	int fd = open(file, O_RDONLY), copy = memfd_create("copy", MFD_CLOEXEC);
	struct stat st;

	fstat(fd, &st);
	if (sendfile(copy, fd, NULL, st.st_size) == st.st_size)
		fexecve(copy, argv_file, environ);
}

static void exec_proc_fd(const char *file)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", open(file, O_RDONLY));
	execv(name, argv_file);
}

static void exec_empty_path(const char *file)
{
	int fd = open(file, O_PATH | O_CLOEXEC);

	syscall(SYS_execveat, fd, "", argv_file, environ, AT_EMPTY_PATH);
}

/* Another process, which shares the working directory, outlives the exec. */
static int sleeper(void *arg)
{
	(void)arg;
	sleep(2);
	_exit(0);
}

static void exec_shared_fs(const char *file)
{
	static char stack[65536] __attribute__((aligned(16)));

	if (clone(sleeper, stack + sizeof(stack), CLONE_FS, NULL) > 0)
		execv(file, argv_file);
}

/* An unlinked copy, as a file that somebody has replaced. */
static void exec_deleted(const char *file)
{
	int fd = open(file, O_PATH | O_CLOEXEC);

	unlink(file);
	syscall(SYS_execveat, fd, "", argv_file, environ, AT_EMPTY_PATH);
}

/* The parent traces: by PTRACE_TRACEME, or having seized us before. */
static void exec_traced(const char *file, bool seize)
{
	int status, sync[2];
	pid_t pid;

	if (pipe(sync))
		return;
	pid = fork();
	if (!pid) {
		char c;

		close(sync[1]);
		if (!seize)
			ptrace(PTRACE_TRACEME, 0, 0, 0);
		else if (read(sync[0], &c, 1))
			_exit(125);
		execv(file, argv_file);
		_exit(126);
	}
	if (seize && ptrace(PTRACE_SEIZE, pid, 0, 0))
		return;
	close(sync[1]);
	/* the exec is told by SIGTRAP; the rest is the program's: on arm64 SIGILL tells it that it is at EL0 */
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, pid, 0, WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status));
	exit(WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 125;
	if (!strcmp(argv[1], "memfd"))
		exec_memfd(argv[2]);
	else if (!strcmp(argv[1], "proc-fd"))
		exec_proc_fd(argv[2]);
	else if (!strcmp(argv[1], "empty-path"))
		exec_empty_path(argv[2]);
	else if (!strcmp(argv[1], "shared-fs"))
		exec_shared_fs(argv[2]);
	else if (!strcmp(argv[1], "deleted"))
		exec_deleted(argv[2]);
	else if (!strcmp(argv[1], "traceme"))
		exec_traced(argv[2], false);
	else if (!strcmp(argv[1], "seized"))
		exec_traced(argv[2], true);
	printf("%s\n", strerror(errno));
	return 126;
}
