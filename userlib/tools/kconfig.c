// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the configuration that a kernel was built with, packed by gzip or not.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kconfig.h"
#include "util.h"

#define IN_PROC		"/proc/config.gz"
#define PREFIX		"CONFIG_"
/* The largest are some 300 KB; what unpacks to more is something else. */
#define SIZE_MAX_TEXT	(16 << 20)

/* Start "gzip -dc" between two descriptors. Return: 0 or an errno. */
static int start_gzip(int in, int out, pid_t *pid)
{
	char *const argv[] = { "gzip", "-dc", NULL };
	posix_spawn_file_actions_t actions;
	int ret;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	ret = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/*
 * What is packed is unpacked by gzip, which each system has; a library would be
 * one more that the command needs.
 *
 * Return: NULL, or what went wrong, for free().
 */
static char *unpack(int in, char **unpacked, size_t *len)
{
	int fds[2], status = 0, ret;
	size_t done = 0;
	char *buf;
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return text("no pipe: %s", strerror(errno));
	ret = start_gzip(in, fds[1], &pid);
	close(fds[1]);
	if (ret) {
		close(fds[0]);
		return text("gzip cannot be started: %s", strerror(ret));
	}

	buf = grow(NULL, 0, SIZE_MAX_TEXT + 1);
	while ((n = read(fds[0], buf + done, SIZE_MAX_TEXT - done)) > 0 ||
	       (n < 0 && errno == EINTR))
		done += n > 0 ? n : 0;
	close(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (n || done == SIZE_MAX_TEXT || status) {
		free(buf);
		return text("is damaged: it cannot be unpacked");
	}
	buf[done] = 0;
	*unpacked = buf;
	*len = done;
	return NULL;
}

/* Return: NULL, or what went wrong, for free(). */
static char *read_text(const char *path, char **contents, size_t *len)
{
	char *wrong;
	int fd;

	*contents = file_text(path, len);
	if (!*contents)
		return text("cannot be read: %s", strerror(errno));
	if (*len < 2 || memcmp(*contents, "\x1f\x8b", 2))
		return NULL;

	free(*contents);
	*contents = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return text("cannot be read: %s", strerror(errno));
	wrong = unpack(fd, contents, len);
	close(fd);
	return wrong;
}

static bool is_option(const char *line)
{
	const char *c = line + strlen(PREFIX);

	if (!starts_with(line, PREFIX) || !isalnum((unsigned char)*c))
		return false;
	while (isalnum((unsigned char)*c) || *c == '_')
		c++;
	return *c == '=';
}

/* Is it whole? Return: NULL, or what is wrong with it, for free(). */
static char *check_text(const char *s, size_t len)
{
	unsigned int line = 1, options = 0;

	if (strlen(s) != len)
		return text("is no kernel configuration: it has a NUL in it");
	for (; *s; line++) {
		const char *end = strchr(s, '\n');

		if (is_option(s))
			options++;
		else if (*s != '#' && *s != '\n')
			return text("is no kernel configuration: line %u", line);
		if (!end)
			return text("is damaged: line %u has no end", line);
		s = end + 1;
	}
	return options ? NULL :
			 text("is no kernel configuration: it names no option");
}

static char *read_one(struct kconfig *k, const char *path)
{
	size_t len = 0;
	char *wrong = read_text(path, &k->text, &len);

	k->path = text("%s", path);
	return wrong ? wrong : check_text(k->text, len);
}

/**
 * kconfig_read - read a configuration
 * @k: filled in; to be given to kconfig_free(), whatever comes of it
 * @path: the file, or NULL for that of the running kernel
 *
 * Return: NULL, or what went wrong, for free().
 */
char *kconfig_read(struct kconfig *k, const char *path)
{
	struct utsname kernel;
	char *in_boot, *wrong;

	*k = (struct kconfig) { };
	if (path)
		return read_one(k, path);

	if (!access(IN_PROC, F_OK))
		return read_one(k, IN_PROC);
	uname(&kernel);
	in_boot = text("/boot/config-%s", kernel.release);
	if (access(in_boot, F_OK))
		wrong = text("there is neither " IN_PROC " nor %s: modprobe configs, or name the file with --config",
			     in_boot);
	else
		wrong = read_one(k, in_boot);
	free(in_boot);
	return wrong;
}

/**
 * kconfig_value - what an option is set to
 * @k: the configuration
 * @option: its name, without CONFIG_
 *
 * Return: the value, for free(), or NULL if it is not set.
 */
char *kconfig_value(const struct kconfig *k, const char *option)
{
	size_t len = strlen(option);

	for (const char *s = k->text; *s; s += strcspn(s, "\n") + 1) {
		const char *name = s + strlen(PREFIX);

		if (starts_with(s, PREFIX) && !strncmp(name, option, len) &&
		    name[len] == '=') {
			name += len + 1;
			return text("%.*s", (int)strcspn(name, "\n"), name);
		}
	}
	return NULL;
}

/**
 * kconfig_free - forget it
 * @k: what kconfig_read() filled in
 */
void kconfig_free(struct kconfig *k)
{
	free(k->path);
	free(k->text);
}
