// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows links, also below a directory that stands for the root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "resolve.h"
#include "util.h"

static int open_below(const char *root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	int dir = open(*root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC), fd, error;

	if (dir < 0)
		return -1;
	fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	error = errno;
	close(dir);
	errno = error;
	return fd;
}

static char *name_of(int fd)
{
	char link[32], buf[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, buf, sizeof(buf));
	if (n < 0)
		return NULL;
	if (n == sizeof(buf)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return text("%.*s", (int)n, buf);
}

/**
 * resolve - follow all links in a name
 * @path: the name
 * @root: directory that stands for the root, without links, "" for the root
 *	itself; or NULL
 * @name: gets the name, absolute and as seen from @root, for free()
 *
 * Return: a file descriptor that stands for the file (O_PATH), or a negative
 * errno.
 */
int resolve(const char *path, const char *root, char **name)
{
	int fd, ret;

	fd = root ? open_below(root, path) : open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*name = name_of(fd);
	if (!*name) {
		ret = -errno;
		close(fd);
		return ret;
	}
	if (root) {
		size_t len = strlen(root);

		memmove(*name, *name + len, strlen(*name) - len + 1);
	}
	return fd;
}
