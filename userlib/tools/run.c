// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml run: a program that is to run at kernel privilege, or not at all, where
 * and how it was asked for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "tool.h"
#include "util.h"

/* All of this outlives exec. Return: false after a complaint. */
static bool place(const struct options *opt)
{
	struct sched_param param = { .sched_priority = opt->fifo };
	bool done = true;
	cpu_set_t *set;
	size_t size;

	if (opt->cpu >= 0) {
		set = CPU_ALLOC(opt->cpu + 1);
		size = CPU_ALLOC_SIZE(opt->cpu + 1);
		done = set;
		if (set) {
			CPU_ZERO_S(size, set);
			CPU_SET_S(opt->cpu, size, set);
			done = !sched_setaffinity(0, size, set);
			CPU_FREE(set);
		}
		if (!done)
			complain("run: CPU %ld: %s", opt->cpu, strerror(errno));
	}
	if (done && opt->fifo > 0 && sched_setscheduler(0, SCHED_FIFO, &param)) {
		complain("run: SCHED_FIFO %ld: %s", opt->fifo, strerror(errno));
		done = false;
	}
	return done;
}

/*
 * Locked memory does not outlive exec, so that libkml locks the program's. Who
 * has not got that would run with none, and nobody would know.
 */
static bool lock(const struct check *c)
{
	bool has_libkml = c->program.records.n;

	for (size_t i = 0; i < c->program.needed.n; i++)
		has_libkml |= !strcmp(c->program.needed.list[i], "libkml.so.1");
	if (!has_libkml) {
		complain("run: %s is not linked with libkml, which locks memory for --mlock",
			 c->given);
		return false;
	}
	if (setenv("KML_MLOCK", "1", 1)) {
		complain("run: %s", strerror(errno));
		return false;
	}
	return true;
}

static int refused(const struct check *c, enum verdict verdict)
{
	check_print(c, verdict, stderr);
	if (c->absent)
		return EXIT_RUN_ABSENT;
	return verdict == NOBODY_KNOWS ? EXIT_RUN_FAILED : EXIT_RUN_REFUSED;
}

/**
 * cmd_run - run a program, but only at kernel privilege
 * @argc: at least 1
 * @argv: the program and its arguments
 * @opt: options
 *
 * Return: exit code; not at all when the program runs.
 */
int cmd_run(int argc, char **argv, const struct options *opt)
{
	struct check c;
	enum verdict verdict = check_run(&c, argv[0], NULL);
	int ret = EXIT_RUN_FAILED;
	char *name;

	(void)argc;
	if (verdict != RUNS) {
		ret = refused(&c, verdict);
	} else if ((!opt->mlock || lock(&c)) && place(opt)) {
		name = text("%s", c.given);
		execv(name, argv);
		complain("%s: %s", name, strerror(errno));
		ret = errno == ENOENT ? EXIT_RUN_ABSENT : EXIT_RUN_REFUSED;
		free(name);
	}
	check_free(&c);
	return ret;
}
