// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only one that could bring the memory for which a gated function waits is
 * killed, as it is a thread of the same process: a wait that nothing ends
 * would keep the process, and with it the module, until the machine reboots.
 *
 * link: kml
 * depends: rt
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"


struct region {
	int fd;
	char *p;
};

static int told[2];

static void *waiting(void *arg)
{
	kfree(kmemdup(arg, 64, GFP_KERNEL));
	return NULL;
}

static void child(void)
{
	struct uffdio_register range = { .range.len = PAGE, .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };
	struct region region;
	pthread_t thread;

	region.p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	region.fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	range.range.start = (uintptr_t)region.p;
	if (region.fd < 0 || ioctl(region.fd, UFFDIO_API, &api) || ioctl(region.fd, UFFDIO_REGISTER, &range))
		_exit(1);
	pthread_create(&thread, NULL, waiting, region.p);
	usleep(200000);
	if (write(told[1], &region, sizeof(region)) != sizeof(region))
		_exit(1);
	pause();
}

int main(void)
{
	struct uffdio_zeropage zero = { .range.len = PAGE };
	int fd, pidfd, status = -1, i;
	struct region region;
	pid_t pid, got;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())) || pipe(told))
		return ktap_end();
	/* else nobody writes to the pipe */
	if (!ktap_ok(syscall(SYS_userfaultfd, O_CLOEXEC) >= 0, "userfaultfd()"))
		return ktap_end();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		child();
		_exit(99);
	}
	if (!ktap_ok(read(told[0], &region, sizeof(region)) == sizeof(region), "a thread waits"))
		return ktap_end();
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	fd = syscall(SYS_pidfd_getfd, pidfd, region.fd, 0);
	kill(pid, SIGKILL);
	for (i = 0, got = 0; i < 300 && !got; i++) {
		got = waitpid(pid, &status, WNOHANG);
		usleep(10000);
	}
	ktap_ok(got == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "SIGKILL ends the process: status %#x", status);
	/* for the tests after this one, if it still waits */
	zero.range.start = (uintptr_t)region.p;
	ioctl(fd, UFFDIO_ZEROPAGE, &zero);
	return ktap_end();
}
