// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls as functions. A gate that does not build all of pt_regs breaks
 * fork, exec and restarts; one that skips the exit work loses signals.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug tick rt
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "arch.h"
#include "ktap.h"

#define HELPER "/plain/common/printcpl"

static volatile sig_atomic_t handled;
static int pipe_fds[2];

static void on_alarm(int sig)
{
	(void)sig;
	handled++;
}

/* Into the pipe that the interrupted read waits for. */
static void on_alarm_write(int sig)
{
	(void)sig;
	handled++;
	if (handled == 2 && write(pipe_fds[1], "x", 1) != 1)
		_exit(98);
}

/* The first may come before what it is to interrupt: then the next one does. */
static void alarms(void (*handler)(int), int flags, long first, long next)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
	struct itimerval timer = { { 0, next }, { 0, first } };

	handled = 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void test_results(void)
{
	void *bad = (void *)8;
	int fds[2];
	char c = 0;

	ktap_ok(sys_getpid() == getpid(), "sys_getpid() %ld", sys_getpid());
	ktap_ok(sys_getppid() == getppid(), "sys_getppid() %ld", sys_getppid());
	ktap_ok(sys_close(-1) == -EBADF, "sys_close(-1) is -EBADF");
	ktap_ok(pipe(fds) == 0 && sys_write(fds[1], bad, 1) == -EFAULT,
		"sys_write() of a bad pointer is -EFAULT");
	ktap_ok(sys_write(fds[1], "k", 1) == 1 && sys_read(fds[0], &c, 1) == 1 && c == 'k',
		"sys_write() and sys_read() of a pipe");
	errno = 77;
	ktap_ok(sys_close(fds[0]) == 0 && sys_close(fds[0]) == -EBADF && errno == 77,
		"errno is not touched");
	close(fds[1]);
}

static void test_mmap(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char data[2] = "";
	char *map;
	int fd;

	fd = memfd_create("gate_syscall", 0);
	if (fd < 0 || ftruncate(fd, 3 * page) || pwrite(fd, "Q", 1, 2 * page + 5) != 1)
		exit(1);
	/* each of the six arguments decides something here */
	map = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ktap_ok(ARCH_SYS_MMAP((unsigned long)map + page, page, PROT_READ,
			      MAP_SHARED | MAP_FIXED, fd, 2 * page / ARCH_MMAP_UNIT) == (long)map + page && map[page + 5] == 'Q',
		"mmap with six arguments");
	ktap_ok(sys_pread64(fd, data, 1, 2 * page + 5) == 1 && data[0] == 'Q',
		"sys_pread64() with four");
	munmap(map, 3 * page);
	close(fd);
}

static void test_interrupted(void)
{
	struct timespec ts = { 3, 0 }, left = { };
	int status = 0;
	char c = 0;
	long ret;

	alarms(on_alarm, 0, 100000, 500000);
	ret = sys_nanosleep((void *)&ts, (void *)&left);
	ktap_ok(ret == -EINTR && handled >= 1 && left.tv_sec < 3 && left.tv_sec >= 1,
		"interrupted sys_nanosleep() is %ld with %ld.%09ld s left", ret,
		(long)left.tv_sec, left.tv_nsec);

	if (pipe(pipe_fds))
		exit(1);
	alarms(on_alarm, 0, 100000, 500000);
	ret = sys_read(pipe_fds[0], &c, 1);
	ktap_ok(ret == -EINTR && handled >= 1, "interrupted sys_read() is %ld", ret);

	alarms(on_alarm_write, SA_RESTART, 100000, 100000);
	ret = sys_read(pipe_fds[0], &c, 1);
	ktap_ok(ret == 1 && c == 'x' && handled >= 2,
		"with SA_RESTART it resumes: %ld after %d signals", ret, (int)handled);
	alarms(SIG_IGN, 0, 0, 0);

	/* stopped and continued without a handler: a restart by restart_block */
	ts = (struct timespec){ 0, 600000000 };
	fflush(stdout);
	ret = fork();
	if (!ret)
		_exit(sys_nanosleep((void *)&ts, NULL) ? 1 : 42);
	usleep(100000);
	kill(ret, SIGSTOP);
	usleep(100000);
	kill(ret, SIGCONT);
	ktap_ok(waitpid(ret, &status, 0) == ret && status == 42 << 8,
		"sys_nanosleep() resumes behind a stop");
}

/* Status of a child that ARCH_SYS_FORK() made and that calls @fn. */
static int forked(void (*fn)(void))
{
	int status;
	long pid;

	fflush(stdout);
	pid = ARCH_SYS_FORK();
	if (pid == 0) {
		fn();
		_exit(99);
	}
	if (pid < 0 || sys_wait4(pid, &status, 0, NULL) != pid)
		return -1;
	return status;
}

static void child_exit(void)
{
	/* by the system call, as the C library does not know of this fork */
	sys_exit_group(sys_getpid() != sys_getppid() ? 43 : 1);
}

static void child_kill(void)
{
	sys_kill(sys_getpid(), SIGTERM);
}

static void child_exec(void)
{
	const char *argv[] = { HELPER, NULL }, *envp[] = { NULL };

	sys_execve(HELPER, argv, envp);
}

static void child_exec_missing(void)
{
	const char *argv[] = { "nothing", NULL };

	_exit(-sys_execve("/does/not/exist", argv, argv + 1));
}

static void test_processes(void)
{
	volatile long mine = 5;
	int status;
	long pid;

	fflush(stdout);
	pid = ARCH_SYS_FORK();
	if (pid == 0) {
		mine = 6;
		_exit(42);
	}
	ktap_ok(pid > 0 && waitpid(pid, &status, 0) == pid && status == 42 << 8 && mine == 5,
		"ARCH_SYS_FORK() returns in parent and child");
	status = forked(child_exit);
	ktap_ok(status == 43 << 8, "sys_exit_group() in the child: status %#x", status);
	status = forked(child_kill);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
		"sys_kill() of itself: status %#x", status);
	status = forked(child_exec);
	ktap_ok(status == 3 << 8, "sys_execve() of a plain program drops privilege: status %#x",
		status);
	status = forked(child_exec_missing);
	ktap_ok(status == ENOENT << 8, "a failed sys_execve() returns: status %#x", status);
}

static void test_signal_self(void)
{
	alarms(on_alarm, 0, 0, 0);
	ktap_ok(sys_kill(getpid(), SIGALRM) == 0 && handled == 1,
		"the handler has run when sys_kill() of itself returns");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	test_results();
	test_mmap();
	test_interrupted();
	test_signal_self();
	test_processes();
	return ktap_end();
}
