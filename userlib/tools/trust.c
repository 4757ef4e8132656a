// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml trust: install a program into /trusted, whole or not at all.
 *
 * The copy is made under a name of its own, without permission to execute it,
 * and checked; then it takes the program's name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "findings.h"
#include "place.h"
#include "policy.h"
#include "program.h"
#include "tool.h"
#include "trust.h"
#include "util.h"
#include "verdict.h"

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	interrupted = sig;
}

/* Without SA_RESTART: reading may take long, and is to be given up. */
static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	/* a full disk is an errno, and so is a limit of file sizes */
	signal(SIGXFSZ, SIG_IGN);
}

static bool good_name(const char *name)
{
	return *name && strlen(name) <= NAME_MAX - 16 && *name != '.' &&
	       !strchr(name, '/');
}

/* Is the directory itself as the kernel wants it? */
static bool directory_good(const char *dir, const char *root,
			   const char *trusted)
{
	const struct finding *bad;
	struct findings f = { };
	struct stat st;

	if (lstat(dir, &st) || !S_ISDIR(st.st_mode)) {
		complain("%s is not there or not a directory: install -d -o root -g root -m 755 %s",
			 dir, dir);
		return false;
	}
	place_rules(trusted, root, &f);
	bad = findings_first(&f, REFUSAL);
	if (!bad)
		bad = findings_first(&f, UNKNOWN);
	if (bad) {
		char *line = finding_text(bad);

		complain("%s", line);
		free(line);
	}
	findings_free(&f);
	return !bad;
}

static int copy(int from, int to)
{
	static char buf[1 << 16];
	ssize_t n, done, part;

	while ((n = read(from, buf, sizeof(buf))) != 0) {
		if (interrupted)
			return -EINTR;
		if (n < 0)
			return -errno;
		for (done = 0; done < n; done += part) {
			part = write(to, buf + done, n - done);
			if (part < 0)
				return -errno;
		}
	}
	return 0;
}

/* Could the copy be a privileged program at all? What it is not is told. */
static bool format_good(int fd, const char *file)
{
	struct program p;
	int ret = program_read(&p, fd);
	bool good = false;

	if (ret)
		complain("%s: %s", file, strerror(-ret));
	else if (p.format == PROGRAM_SCRIPT)
		complain("%s is a script: scripts are not privileged; trust its interpreter%s%s and start that with the script as argument",
			 file, p.interpreter ? " " : "",
			 p.interpreter ? p.interpreter : "");
	else if (p.refusal)
		complain("%s: %s", file, p.refusal);
	else if (p.damage)
		complain("%s cannot be run: %s", file, p.damage);
	else
		good = true;
	program_free(&p);
	return good;
}

/*
 * What the kernel has against the copy, unless that is only about this process:
 * a string for free(), or NULL. In a container there may be another /trusted.
 */
static char *refusal_of(int fd)
{
	char *verdict = verdict_program(fd), *why = NULL;
	const char *refusal = verdict ? verdict_refusal(verdict) : NULL;

	if (refusal && (!starts_with(refusal, "the caller ") ||
			starts_with(refusal, "the caller is in a")))
		why = text("%s", refusal);
	free(verdict);
	return why;
}

/* The finished copy, open as @fd, gets mode and name. */
static int finish(int dir, int fd, const char *temp, const char *name)
{
	if (fchmod(fd, 0755) || fsync(fd))
		return -errno;
	if (interrupted)
		return -EINTR;
	if (renameat(dir, temp, dir, name))
		return -errno;
	return 0;
}

/*
 * A file of root's own from its first byte on: in one that root has taken over
 * its former owner may have left what he likes.
 */
static int install(int dir, const char *path, int from, const char *file,
		   const char *name, bool ask)
{
	char *temp = text(".%s.kml%d", name, (int)getpid()), *why = NULL;
	int fd, ret;

	fd = openat(dir, temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		complain("%s/%s: %s", path, temp, strerror(errno));
		free(temp);
		return EXIT_NO;
	}
	ret = fchown(fd, 0, 0) ? -errno : copy(from, fd);
	if (!ret && !format_good(fd, file))
		goto out_remove;
	/* the kernel looks at files that nobody has open for writing */
	close(fd);
	fd = openat(dir, temp, O_RDONLY | O_CLOEXEC);
	if (!ret && fd < 0)
		ret = -errno;
	if (!ret && ask)
		why = refusal_of(fd);
	if (!ret && !why)
		ret = finish(dir, fd, temp, name);
	if (!ret && !why) {
		close(fd);
		free(temp);
		return EXIT_YES;
	}
	complain("%s: not installed as %s/%s: %s", file, path, name,
		 why ? why : strerror(-ret));
out_remove:
	unlinkat(dir, temp, 0);
	if (fd >= 0)
		close(fd);
	free(why);
	free(temp);
	return EXIT_NO;
}

static int open_source(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		complain("%s: %s", file, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		complain("%s is not a regular file", file);
		close(fd);
		fd = -1;
	}
	return fd;
}

/**
 * trust_program - install a program into /trusted
 * @file: the program
 * @name: what it is called there: no slash, no dot at its beginning
 * @system: the system's root directory, or NULL for the running one
 *
 * What is wrong is told.
 *
 * Return: exit code.
 */
int trust_program(const char *file, const char *name, const char *system)
{
	char *root = NULL, *path = NULL, *trusted = NULL;
	int ret = EXIT_NO, dir = -1, from = -1;

	if (system) {
		root = realpath(system, NULL);
		if (!root) {
			complain("%s: %s", system, strerror(errno));
			return EXIT_NO;
		}
	}
	trusted = policy_trusted(root);
	path = text("%s%s", root && strcmp(root, "/") ? root : "", trusted);
	if (!directory_good(path, root, trusted))
		goto out;
	dir = open(path, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0) {
		complain("%s: %s", path, strerror(errno));
		goto out;
	}
	from = open_source(file);
	if (from < 0)
		goto out;
	catch_signals();
	ret = install(dir, path, from, file, name, !root);
	if (ret == EXIT_YES)
		fsync(dir);
out:
	if (from >= 0)
		close(from);
	if (dir >= 0)
		close(dir);
	free(path);
	free(trusted);
	free(root);
	return ret;
}

/**
 * cmd_trust - install a program into /trusted
 * @argc: 1 or 2
 * @argv: the file, and the name it gets
 * @opt: options
 *
 * Return: exit code.
 */
int cmd_trust(int argc, char **argv, const struct options *opt)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = argc > 1 ? argv[1] : slash ? slash + 1 : argv[0];
	int ret;

	if (!good_name(name)) {
		complain("trust: '%s' is no name for a program: one without a slash that does not begin with a dot",
			 name);
		return EXIT_USAGE;
	}
	if (geteuid()) {
		complain("only root can install privileged programs");
		return EXIT_NO;
	}
	ret = trust_program(argv[0], name, opt->root);
	if (ret == EXIT_YES) {
		char *trusted = policy_trusted(opt->root);

		say("installed %s%s/%s", opt->root && strcmp(opt->root, "/") ?
		    opt->root : "", trusted, name);
		free(trusted);
	}
	return ret;
}
