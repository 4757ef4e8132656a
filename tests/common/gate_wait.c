// SPDX-License-Identifier: GPL-2.0-only
/*
 * A gated function waits for the program's memory, which userfaultfd brings
 * late. Ctrl-C, SIGTERM, kill -9, the exit of another thread or no more than a
 * timer's signal cut the wait short, and the good pointer was an oops; so was
 * any pointer to memory whose userfaultfd serves the program only.
 *
 * link: kml
 * depends: rt
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define WHOLE 42

/* What a child tells of the memory that it waits for. */
struct region {
	int fd;
	char *p;
};

static int told[2];
static volatile sig_atomic_t alarms;
static bool exits;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void *exiting(void *arg)
{
	(void)arg;
	usleep(200000);
	syscall(SYS_exit_group, 7);
	return NULL;
}

/* Memory of which no page is there until the parent brings it. */
static char *slow_memory(int flags)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .range.len = PAGE, .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct region region;

	region.p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	region.fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | flags);
	range.range.start = (uintptr_t)region.p;
	if (region.fd < 0 || ioctl(region.fd, UFFDIO_API, &api) || ioctl(region.fd, UFFDIO_REGISTER, &range) ||
	    write(told[1], &region, sizeof(region)) != sizeof(region))
		_exit(1);
	return region.p;
}

static void begin(void)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	pthread_t thread;

	sigaction(SIGALRM, &action, NULL);
	if (exits)
		pthread_create(&thread, NULL, exiting, NULL);
}

static void reads(int flags)
{
	char *p = slow_memory(flags), want[64], *copy;

	begin();
	memset(want, 'u', sizeof(want));
	copy = kmemdup(p + 100, 64, GFP_KERNEL);
	if (!copy || memcmp(copy, want, 64))
		_exit(2);
	kfree(copy);
	_exit(WHOLE);
}

static void writes(int flags)
{
	char *p = slow_memory(flags);
	int i, changed = 0;

	begin();
	get_random_bytes(p + 100, 64);
	for (i = 100; i < 164; i++)
		changed += p[i] != 'u';
	_exit(changed > 32 && p[99] == 'u' && p[164] == 'u' ? WHOLE : 2);
}

static void child_reads(void)
{
	reads(0);
}

static void child_reads_user_only(void)
{
	reads(UFFD_USER_MODE_ONLY);
}

static void child_writes(void)
{
	writes(0);
}

static void child_writes_user_only(void)
{
	writes(UFFD_USER_MODE_ONLY);
}

/* Waits until the child waits. The descriptor of its memory, or -1. */
static int wait_fault(pid_t pid, struct region *region)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0), fd;
	struct pollfd poll_fd = { .events = POLLIN };
	struct uffd_msg msg;

	if (read(told[0], region, sizeof(*region)) != sizeof(*region))
		return -1;
	fd = syscall(SYS_pidfd_getfd, pidfd, region->fd, 0);
	close(pidfd);
	poll_fd.fd = fd;
	if (poll(&poll_fd, 1, 5000) == 1 && read(fd, &msg, sizeof(msg)) == sizeof(msg) && msg.event == UFFD_EVENT_PAGEFAULT)
		return fd;
	close(fd);
	return -1;
}

static void bring(int fd, const struct region *region)
{
	static char page[PAGE];
	struct uffdio_copy copy = { .dst = (uintptr_t)region->p, .src = (uintptr_t)page, .len = PAGE };

	memset(page, 'u', PAGE);
	ioctl(fd, UFFDIO_COPY, &copy);
}

/* How a child ends that gets @sig @times while it waits for memory; -1 if it does not. */
static int run(void (*fn)(void), int sig, int times)
{
	struct region region;
	int fd, i, status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		fn();
		_exit(99);
	}
	fd = wait_fault(pid, &region);
	for (i = 0; i < times; i++) {
		kill(pid, sig);
		usleep(5000);
	}
	usleep(exits ? 400000 : 50000);
	if (fd >= 0)
		bring(fd, &region);
	for (i = 0; i < 500 && waitpid(pid, &status, WNOHANG) == 0; i++)
		usleep(10000);
	if (i == 500) {
		kill(pid, SIGKILL);
		status = -1;
	}
	close(fd);
	return status;
}

static void ends_well(const char *what, void (*fn)(void), int sig, int times)
{
	int status = run(fn, sig, times);

	ktap_ok(status == WHOLE << 8, "%s: right, status %#x", what, status);
}

static void is_killed(const char *what, void (*fn)(void), int sig)
{
	int status = run(fn, sig, 1);

	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == sig, "%s: status %#x", what, status);
}

static void is_exited(const char *what, void (*fn)(void))
{
	int status;

	exits = true;
	status = run(fn, 0, 0);
	exits = false;
	ktap_ok(status == 7 << 8, "%s: status %#x", what, status);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())) || pipe(told))
		return ktap_end();
	/* else nobody writes to the pipe */
	if (!ktap_ok(syscall(SYS_userfaultfd, O_CLOEXEC) >= 0, "userfaultfd()"))
		return ktap_end();
	ends_well("a read", child_reads, 0, 0);
	ends_well("a write", child_writes, 0, 0);
	ends_well("a read, SIGALRM", child_reads, SIGALRM, 20);
	ends_well("a write, SIGALRM", child_writes, SIGALRM, 20);
	ends_well("a read of what serves user mode only", child_reads_user_only, 0, 0);
	ends_well("a write to what serves user mode only", child_writes_user_only, SIGALRM, 20);
	is_killed("SIGINT", child_reads, SIGINT);
	is_killed("SIGTERM", child_writes, SIGTERM);
	is_killed("SIGKILL, a read", child_reads, SIGKILL);
	is_killed("SIGKILL, a write", child_writes, SIGKILL);
	is_exited("another thread exits, a read", child_reads);
	is_exited("another thread exits, a write", child_writes);
	return ktap_end();
}
