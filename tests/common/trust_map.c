// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a privileged program can map executable: files that root alone can
 * write to, and anonymous memory. mmap() and mprotect() must agree, or one
 * would be the way around the other. An ordinary program maps what it likes.
 *
 * run: both
 * depends: pages layout debug
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "ktap.h"

#define SIZE 4096

static const char *own = "/usr/bin/env";
static const char *replaced = "/plain/trust-map";
static const char *other = "/tmp/trust-map";

static int file(const char *name)
{
	int fd = open(name, O_RDONLY);

	if (fd < 0) {
		perror(name);
		exit(1);
	}
	return fd;
}

/* 0 or the error of mapping it executable at once */
static int map_exec(int fd, int flags)
{
	void *p = mmap(NULL, SIZE, PROT_READ | PROT_EXEC, flags, fd, 0);
	int err = p == MAP_FAILED ? errno : 0;

	if (!err)
		munmap(p, SIZE);
	return err;
}

/* 0 or the error of making it executable later; -1 if it could not be mapped at all */
static int protect_exec(int fd, int flags)
{
	void *p = mmap(NULL, SIZE, PROT_READ, flags, fd, 0);
	int err;

	if (p == MAP_FAILED)
		return -1;
	err = mprotect(p, SIZE, PROT_READ | PROT_EXEC) ? errno : 0;
	munmap(p, SIZE);
	return err;
}

/* What is refused is refused as if it were on a noexec mount. */
static void check(const char *what, int fd, bool refused)
{
	int at_once = refused ? EPERM : 0, later = refused ? EACCES : 0;

	ktap_ok(map_exec(fd, MAP_PRIVATE) == at_once, "%s: mmap, private", what);
	ktap_ok(map_exec(fd, MAP_SHARED) == at_once, "%s: mmap, shared", what);
	ktap_ok(protect_exec(fd, MAP_PRIVATE) == later, "%s: mprotect, private", what);
	ktap_ok(protect_exec(fd, MAP_SHARED) == later, "%s: mprotect, shared", what);
}

static int make(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0700);

	if (fd < 0 || ftruncate(fd, SIZE))
		exit(1);
	close(fd);
	return file(name);
}

/* A child inherits the mapping and what may become of it. */
static void *inherited;

static void protect_inherited(void)
{
	_exit(mprotect(inherited, SIZE, PROT_READ | PROT_EXEC) ? errno : 0);
}

int main(void)
{
	bool refused = ktap_trusted();
	int fd, status;

	ktap_start();
	ktap_check_privilege();

	check("root's file", file(own), false);
	fd = make(replaced);
	check("root's new file", fd, false);
	unlink(replaced);
	check("root's file that is gone", fd, refused);
	close(fd);
	fd = make(other);
	check("file below /tmp", fd, refused);

	inherited = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0);
	status = ktap_child(protect_inherited);
	ktap_ok(WIFEXITED(status) && WEXITSTATUS(status) == (refused ? EACCES : 0),
		"file below /tmp: mprotect in a child");
	munmap(inherited, SIZE);
	unlink(other);
	close(fd);

	fd = memfd_create("trust", 0);
	if (fd < 0 || ftruncate(fd, SIZE))
		return 1;
	check("memfd", fd, refused);
	ktap_ok(map_exec(-1, MAP_PRIVATE | MAP_ANONYMOUS) == 0, "anonymous memory: mmap, private");
	ktap_ok(map_exec(-1, MAP_SHARED | MAP_ANONYMOUS) == 0, "anonymous memory: mmap, shared");
	ktap_ok(protect_exec(-1, MAP_PRIVATE | MAP_ANONYMOUS) == 0, "anonymous memory: mprotect");
	return ktap_end();
}
