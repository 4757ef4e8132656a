// SPDX-License-Identifier: GPL-2.0-only
/*
 * Would a program run at kernel privilege? The kernel knows, and is asked; then
 * comes what it leaves to execve() and the dynamic linker. For a tree that it
 * does not run from there is less to say (place.c).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "check.h"
#include "module.h"
#include "place.h"
#include "policy.h"
#include "resolve.h"
#include "tool.h"
#include "util.h"
#include "verdict.h"

/* The module's words, which the log never has. */
#define NOT_TRUSTED "it is not in the trusted directory"

static void check_module(struct check *c)
{
	struct module m;

	if (c->root)
		return;
	if (module_open(&m) || m.blind) {
		finding_add(&c->findings, UNKNOWN, NULL,
			    "whether the module is loaded cannot be told",
			    text("mount sysfs on /sys"));
	} else if (!m.state || strcmp(m.state, "live")) {
		finding_add(&c->findings, REFUSAL, NULL,
			    "the module " KML_MODULE " is not loaded",
			    text("as root, run kml load"));
		c->silent = true;
	} else {
		c->ask = true;
	}
	module_close(&m);
}

static bool in_trusted(const struct check *c)
{
	size_t len = strlen(c->trusted);

	return !strncmp(c->name, c->trusted, len) && c->name[len] == '/';
}

static void not_in_trusted(struct check *c)
{
	char *rule = text("is not in %s", c->trusted);

	finding_add(&c->findings, REFUSAL, c->name, rule,
		    text("as root, run kml trust %s", c->name));
	free(rule);
	c->silent = true;
}

/* Nobody is told when execve() itself fails. */
static bool is_silent(const char *refusal)
{
	size_t len = strlen(refusal);
	static const char * const ends[] = {
		"is open for writing", "is on a noexec mount",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t n = strlen(ends[i]);

		if (len >= n && !strcmp(refusal + len - n, ends[i]))
			return true;
	}
	return false;
}

/* What the kernel says of a program. */
static void ask_kernel(struct check *c, int fd)
{
	char *verdict = verdict_program(fd);
	const char *refusal;

	if (!verdict) {
		finding_add(&c->findings, UNKNOWN, c->name,
			    "the module does not say what it would be",
			    text("see kml status"));
		return;
	}
	refusal = verdict_refusal(verdict);
	if (refusal && !strcmp(refusal, NOT_TRUSTED)) {
		not_in_trusted(c);
	} else if (refusal) {
		finding_add(&c->findings, REFUSAL, NULL, refusal,
			    verdict_remedy(refusal))->log = text("%s", verdict);
		c->silent = is_silent(refusal);
	}
	free(verdict);
}

static void warn_overlay(struct check *c, int fd)
{
	struct statfs fs;

	if (!fstatfs(fd, &fs) &&
	    (unsigned int)fs.f_type == OVERLAYFS_SUPER_MAGIC)
		finding_add(&c->findings, WARNING, c->name, "is on an overlay",
			    text("see that nobody but root can write to its layers"));
}

/* Everything about the file's place and this process, the file open as @fd. */
static void check_place(struct check *c, int fd)
{
	if (c->ask)
		ask_kernel(c, fd);
	else if (in_trusted(c))
		place_rules(c->name, c->root, &c->findings);
	else
		not_in_trusted(c);
	warn_overlay(c, fd);
}

static char *real_name(const struct check *c, const char *name)
{
	return text("%s%s", c->root ? c->root : "", name);
}

/* As it was given: a file that has been deleted has no other name. */
static char *real_program(const struct check *c)
{
	return c->root ? real_name(c, c->name) : text("%s", c->given);
}

static int open_file(char *real)
{
	int fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error = errno;

	free(real);
	errno = error;
	return fd;
}

/* May this process execute it? The kernel's rules do not look at that. */
static void check_access(struct check *c)
{
	char *real = real_program(c);
	struct statvfs fs;

	if (faccessat(AT_FDCWD, real, X_OK, AT_EACCESS)) {
		/* a noexec mount is one of the kernel's rules */
		if (!statvfs(real, &fs) && !(fs.f_flag & ST_NOEXEC))
			finding_add(&c->findings, REFUSAL, c->name,
				    "may not be executed by this user",
				    text("chmod a+rx %s", c->name));
		c->silent = true;
	}
	free(real);
}

/* The kernel looks at the interpreter, which runs as an ordinary program. */
static void check_script(struct check *c)
{
	struct finding *finding;
	const char *refusal;
	char *verdict;
	int fd;

	finding = finding_add(&c->findings, REFUSAL, c->name,
			      "is a script: scripts are not privileged",
			      text("start '%s' with the script as argument",
				   c->program.interpreter));
	fd = open_file(real_name(c, c->program.interpreter));
	if (fd < 0)
		return;
	verdict = c->ask ? verdict_program(fd) : NULL;
	refusal = verdict ? verdict_refusal(verdict) : NULL;
	if (verdict && !refusal)
		finding->log = text("not privileged: scripts are not privileged; start the interpreter with it as argument");
	else if (verdict && strcmp(refusal, NOT_TRUSTED) &&
		 !is_silent(refusal))
		finding->log = text("%s", verdict);
	free(verdict);
	close(fd);
}

/*
 * What it maps runs at its privilege: the kernel's rules hold for libraries,
 * too, wherever they are. The process ends if one of them breaks a rule.
 */
static void refuse_mapped(struct check *c, const char *name, const char *why,
			  char *remedy, char *log)
{
	char *rule = text("%s, which it would load, must not be mapped: %s",
			  name, why);
	struct finding *finding = finding_add(&c->findings, REFUSAL, NULL, rule,
					      remedy);

	finding->log = log;
	finding->comm = true;
	free(rule);
}

static void check_mapped(struct check *c, const char *name)
{
	int fd = c->ask ? open_file(real_name(c, name)) : -1;
	char *verdict = fd >= 0 ? verdict_library(fd) : NULL;
	const char *refusal = verdict ? verdict_refusal(verdict) : NULL;
	const struct finding *first;
	struct findings f = { };

	if (fd >= 0)
		close(fd);
	if (refusal)
		refuse_mapped(c, name, refusal, verdict_remedy(refusal),
			      text("%s", verdict));
	free(verdict);
	if (c->ask)
		return;

	place_rules(name, c->root, &f);
	first = findings_first(&f, REFUSAL);
	if (first) {
		char *why = text("%s %s", first->path, first->rule);

		refuse_mapped(c, name, why, text("%s", first->remedy), NULL);
		free(why);
	}
	findings_free(&f);
}

static void check_interpreter(struct check *c)
{
	char *name;
	int fd = resolve(c->program.interpreter, c->root, &name);

	if (fd < 0) {
		finding_add(&c->findings, REFUSAL, c->program.interpreter,
			    "is the dynamic linker that it asks for",
			    text("%s", strerror(-fd)));
		c->silent = true;
		return;
	}
	close(fd);
	check_mapped(c, name);
	free(name);
}

static void check_libraries(struct check *c)
{
	libraries_find(&c->libraries, &c->program, c->name, c->root);
	for (size_t i = 0; i < c->libraries.n; i++) {
		const struct library *lib = &c->libraries.list[i];
		char *rule;

		if (lib->path) {
			check_mapped(c, lib->path);
			continue;
		}
		rule = text("library %s is not found", lib->name);
		finding_add(&c->findings, REFUSAL, NULL, rule,
			    text("%s needs it", lib->by));
		free(rule);
	}
}

static void check_needs(struct check *c)
{
	int ret;

	needs_read(&c->needs, &c->program);
	if (c->program.blind && c->program.interpreter)
		finding_add(&c->findings, WARNING, c->name,
			    "has no section headers",
			    text("the exports that it needs are not checked"));
	if (!c->needs.n)
		return;
	ret = exports_read(&c->exports, c->root);
	if (!ret)
		needs_rules(&c->needs, &c->exports, &c->findings);
	else if (ret != -ENOENT)
		finding_add(&c->findings, UNKNOWN, NULL,
			    "the exports of the module cannot be read",
			    text("%s", strerror(-ret)));
}

static bool has_sys_module(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { };

	return !syscall(SYS_capget, &head, data) &&
	       data[0].effective & 1U << CAP_SYS_MODULE;
}

static void check_environment(struct check *c)
{
	static const char * const names[] = {
		"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT",
	};

	if (c->root || has_sys_module())
		return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *rule;

		if (!getenv(names[i]))
			continue;
		rule = text("%s is ignored", names[i]);
		finding_add(&c->findings, WARNING, NULL, rule,
			    text("the caller lacks CAP_SYS_MODULE"));
		free(rule);
	}
}

/* The kernel has judged the format already, if it was asked. */
static void check_format(struct check *c)
{
	struct program *p = &c->program;

	if (p->refusal && !c->ask)
		finding_add(&c->findings, REFUSAL, c->name, p->refusal, NULL);
	if (p->damage) {
		finding_add(&c->findings, REFUSAL, c->name,
			    "cannot be run", text("%s", p->damage));
		c->silent = true;
	}
}

static void check_program(struct check *c)
{
	int fd = open_file(real_program(c)), error = errno;

	if (fd < 0) {
		finding_add(&c->findings, UNKNOWN, c->name,
			    "cannot be read, so the kernel cannot be asked and its exports are not checked",
			    text("%s", strerror(error)));
		return;
	}
	program_read(&c->program, fd);
	if (c->program.format == PROGRAM_SCRIPT && !c->program.damage) {
		check_script(c);
		close(fd);
		return;
	}
	check_place(c, fd);
	close(fd);
	check_format(c);
	if (c->program.interpreter) {
		check_interpreter(c);
		check_libraries(c);
		check_environment(c);
	}
	check_needs(c);
}

static enum verdict verdict_of(const struct findings *f)
{
	if (findings_first(f, REFUSAL))
		return RUNS_NOT;
	return findings_first(f, UNKNOWN) ? NOBODY_KNOWS : RUNS;
}

/* The tree to judge: the running system, or one below a directory. */
static bool check_begin(struct check *c, const char *root)
{
	char *real;

	if (!root)
		return true;
	real = realpath(root, NULL);
	if (!real) {
		finding_add(&c->findings, UNKNOWN, root, "cannot be looked at",
			    text("%s", strerror(errno)));
		return false;
	}
	/* "/" is nothing in front of a name */
	c->root = text("%s", strcmp(real, "/") ? real : "");
	free(real);
	return true;
}

/**
 * check_run - find out whether a program would run at kernel privilege
 * @c: filled in; to be given to check_free()
 * @given: the program, looked for in /trusted if there is no slash in it
 * @root: directory that stands for the root, or NULL
 *
 * Return: the verdict; @c->findings tells why.
 */
enum verdict check_run(struct check *c, const char *given, const char *root)
{
	struct stat st;
	bool regular;
	int fd;

	*c = (struct check) { };
	if (!check_begin(c, root)) {
		c->given = text("%s", given);
		return NOBODY_KNOWS;
	}
	c->trusted = policy_trusted(c->root);
	c->given = strchr(given, '/') ? text("%s", given) :
		text("%s/%s", c->trusted, given);
	check_module(c);
	fd = resolve(c->given, c->root, &c->name);
	if (fd < 0) {
		c->absent = fd == -ENOENT || fd == -ENOTDIR;
		c->silent = true;
		finding_add(&c->findings, REFUSAL, c->given,
			    "cannot be reached", text("%s", strerror(-fd)));
		return RUNS_NOT;
	}
	regular = !fstat(fd, &st) && S_ISREG(st.st_mode);
	close(fd);
	if (!regular) {
		finding_add(&c->findings, REFUSAL, c->name,
			    "is not a regular file", NULL);
		c->silent = true;
		return RUNS_NOT;
	}
	check_program(c);
	check_access(c);
	return verdict_of(&c->findings);
}

/**
 * check_free - forget what was found
 * @c: what check_run() filled in
 */
void check_free(struct check *c)
{
	program_free(&c->program);
	needs_free(&c->needs);
	libraries_free(&c->libraries);
	exports_free(&c->exports);
	findings_free(&c->findings);
	free(c->given);
	free(c->root);
	free(c->trusted);
	free(c->name);
}
