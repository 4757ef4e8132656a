// SPDX-License-Identifier: GPL-2.0-only
/*
 * Would a program run at kernel privilege? Asks the kernel's questions in the
 * kernel's order (kernel/kml.c, fs/kml.c), and then what the kernel leaves to
 * the dynamic linker.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "check.h"
#include "module.h"
#include "place.h"
#include "policy.h"
#include "resolve.h"
#include "tool.h"
#include "util.h"

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
	}
	module_close(&m);
}

static bool in_trusted(const struct check *c)
{
	size_t len = strlen(c->trusted);

	return !strncmp(c->name, c->trusted, len) && c->name[len] == '/';
}

/* Everything about the file's place, when it is opened as @fd. */
static void check_place(struct check *c, int fd)
{
	const struct finding *first;
	struct statvfs fs;
	struct statx st;
	char *real;

	if (!c->root && !statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) &&
	    !c->caller.chroot &&
	    !mounts_find(&c->caller.mounts, st.stx_mnt_id)) {
		place_rules_foreign(fd, c->name, &c->findings);
		return;
	}
	/* in a chroot the real name cannot be seen */
	if (!in_trusted(c) && !c->caller.chroot) {
		real = text("is not in %s", c->trusted);
		finding_add(&c->findings, REFUSAL, c->name, real,
			    text("as root, run kml trust %s", c->name));
		free(real);
		c->silent = true;
		return;
	}
	place_rules(c->name, c->root, c->root ? NULL : &c->caller,
		    &c->findings);
	first = findings_first(&c->findings, REFUSAL);
	if (first && !strcmp(first->rule, PLACE_OPEN))
		c->silent = true;
	real = text("%s%s", c->root ? c->root : "", c->name);
	if (faccessat(AT_FDCWD, real, X_OK, AT_EACCESS)) {
		/* a noexec mount was found already */
		if (!statvfs(real, &fs) && !(fs.f_flag & ST_NOEXEC))
			finding_add(&c->findings, REFUSAL, c->name,
				    "may not be executed by this user",
				    text("chmod a+rx %s", c->name));
		c->silent = true;
	}
	free(real);
}

/*
 * The kernel looks at the interpreter, and refuses the script if that is
 * trusted; else it starts it as an ordinary program.
 */
static void check_script(struct check *c)
{
	struct check interp = {
		.root = c->root, .trusted = c->trusted, .caller = c->caller,
	};
	const struct finding *first;
	struct finding *finding;
	int fd;

	/* the place of the script itself does not matter */
	findings_free(&c->findings);
	c->silent = false;
	check_module(c);
	finding = finding_add(&c->findings, REFUSAL, c->name,
			      "is a script: scripts are not privileged",
			      text("start '%s' with the script as argument",
				   c->program.interpreter));
	fd = resolve(c->program.interpreter, c->root, &interp.name);
	if (fd >= 0) {
		check_place(&interp, fd);
		if (!c->root)
			caller_rules(&c->caller, &interp.findings);
		close(fd);
	}
	first = findings_first(&interp.findings, REFUSAL);
	if (fd >= 0 && !first)
		finding->log = text("refused: scripts are not privileged; start '%s' with the script as argument",
				    c->program.interpreter);
	else if (fd >= 0 && !interp.silent && first->log)
		finding->log = text("%s", first->log);
	findings_free(&interp.findings);
	free(interp.name);
}

/*
 * What it maps runs at its privilege: the kernel's rules hold for libraries,
 * too, wherever they are. The process ends if one of them breaks a rule.
 */
static void check_mapped(struct check *c, const char *name)
{
	const size_t prefix = sizeof("not privileged: ") - 1;
	const struct finding *first;
	struct findings f = { };
	struct finding *finding;
	char *rule, *kernel;

	place_rules(name, c->root, c->root ? NULL : &c->caller, &f);
	first = findings_first(&f, REFUSAL);
	if (first && first->path) {
		rule = text("%s, which it would load, must not be mapped: %s %s",
			    name, first->path, first->rule);
		finding = finding_add(&c->findings, REFUSAL, NULL, rule,
				      text("%s", first->remedy));
		kernel = place_kernel_name(name, c->root ? NULL : &c->caller);
		finding->log = text("not mapped: %s: %s", kernel,
				    first->log + prefix);
		finding->comm = true;
		free(kernel);
		free(rule);
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

static void check_environment(struct check *c)
{
	static const char * const names[] = {
		"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT",
	};

	if (c->root || caller_has(CAP_SYS_MODULE))
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

static void check_format(struct check *c)
{
	struct program *p = &c->program;

	if (p->refusal) {
		struct finding *finding = finding_add(&c->findings, REFUSAL,
						      c->name, p->refusal, NULL);

		finding->log = text("refused: %s", p->refusal);
	}
	if (p->damage) {
		finding_add(&c->findings, REFUSAL, c->name,
			    "cannot be run", text("%s", p->damage));
		c->silent = true;
	}
}

static void check_policy(struct check *c)
{
	if (!c->root)
		policy_rules(&c->findings);
}

static void check_program(struct check *c)
{
	char *real = text("%s%s", c->root ? c->root : "", c->name);
	int ret = program_open(&c->program, real);

	free(real);
	if (ret == -EINVAL) {
		finding_add(&c->findings, REFUSAL, c->name,
			    "is not a regular file", NULL);
		c->silent = true;
	} else if (ret) {
		finding_add(&c->findings, UNKNOWN, c->name,
			    "cannot be read, so its format and exports are not checked",
			    text("%s", strerror(-ret)));
		check_policy(c);
	} else if (c->program.format == PROGRAM_SCRIPT &&
		   !c->program.damage) {
		check_script(c);
	} else {
		check_format(c);
		check_policy(c);
		if (c->program.interpreter) {
			check_interpreter(c);
			check_libraries(c);
			check_environment(c);
		}
		check_needs(c);
	}
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
	int ret;

	if (root) {
		real = realpath(root, NULL);
		if (!real) {
			finding_add(&c->findings, UNKNOWN, root,
				    "cannot be looked at",
				    text("%s", strerror(errno)));
			return false;
		}
		/* "/" is nothing in front of a name */
		c->root = text("%s", strcmp(real, "/") ? real : "");
		free(real);
		return true;
	}
	ret = caller_read(&c->caller);
	if (ret)
		finding_add(&c->findings, UNKNOWN, "/proc",
			    "cannot be read", text("%s", strerror(-ret)));
	return !ret;
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
	check_place(c, fd);
	close(fd);
	if (!c->root)
		caller_rules(&c->caller, &c->findings);
	check_program(c);
	return verdict_of(&c->findings);
}

/**
 * check_free - forget what was found
 * @c: what check_run() filled in
 */
void check_free(struct check *c)
{
	program_free(&c->program);
	caller_free(&c->caller);
	needs_free(&c->needs);
	libraries_free(&c->libraries);
	exports_free(&c->exports);
	findings_free(&c->findings);
	free(c->given);
	free(c->root);
	free(c->trusted);
	free(c->name);
}
