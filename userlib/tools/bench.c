// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml bench: what the ways into the kernel take on this machine, for an ordinary
 * program and for a privileged one, side by side.
 *
 * measure/measure.c measures. It runs several times in turn as installed and as
 * a copy in /trusted, on one CPU, so that what changes meanwhile hits both; the
 * least of each figure is told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json.h"
#include "policy.h"
#include "tool.h"
#include "trust.h"
#include "util.h"

#define TURNS		3
#define MEASURE		"measure"
#define COPY		"kml-measure"

enum column { ORDINARY, TRUSTED, BY_NAME, COLUMNS };

static const char *const column_names[] = {
	[ORDINARY] = "ordinary",
	[TRUSTED] = "trusted",
	[BY_NAME] = "by_name",
};

struct figure {
	double ns;
	double cycles;
};

static const struct row {
	const char *name;
	const char *text;
} rows[] = {
	{ "getppid", "getppid()" },
	{ "getuid", "getuid()" },
	{ "lseek", "lseek() on a pipe" },
	{ "read", "read() of 1 byte" },
	{ "write", "write() of 1 byte" },
	{ "clock", "reading the clock" },
	{ "function", "a kernel function" },
};

/**
 * struct bench - what was found out
 * @figures: by row and column; ns is 0 where there is none
 * @counter: what counts cycles: "perf", "tsc" or "none"
 * @privileged: the copy in /trusted was
 */
struct bench {
	struct figure figures[ARRAY_SIZE(rows)][COLUMNS];
	char counter[8];
	bool privileged;
};

/* The measuring program lies beside this one, under whatever prefix. */
static char *measure_path(void)
{
	char *self = realpath("/proc/self/exe", NULL), *path;

	if (!self)
		return NULL;
	for (int i = 0; i < 2; i++)
		*strrchr(self, '/') = '\0';
	path = text("%s/libexec/kml/" MEASURE, self);
	free(self);
	return path;
}

/* One CPU for all that is started from here on: the one that this runs on. */
static void stay(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : cpu, &set);
	/* else the figures are only less exact */
	sched_setaffinity(0, sizeof(set), &set);
}

static void take(struct bench *b, bool trusted, const char *name,
		 const char *way, const struct figure *new)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum column c = !trusted ? ORDINARY :
			!strcmp(way, "gate") || !strcmp(way, "leaf") ?
			BY_NAME : TRUSTED;
		struct figure *f = &b->figures[i][c];

		if (strcmp(rows[i].name, name))
			continue;
		if (!f->ns || new->ns < f->ns)
			f->ns = new->ns;
		if (!f->cycles || new->cycles < f->cycles)
			f->cycles = new->cycles;
	}
}

static bool parse(struct bench *b, bool trusted, FILE *from)
{
	char line[80], name[16], way[8];
	struct figure new;
	bool any = false;

	while (fgets(line, sizeof(line), from)) {
		if (!strcmp(line, "privileged\n")) {
			b->privileged = trusted;
		} else if (sscanf(line, "%15s %7s %lf %lf", name, way, &new.ns,
				  &new.cycles) == 4) {
			take(b, trusted, name, way, &new);
			any = true;
		} else {
			sscanf(line, "counter %7s", b->counter);
		}
	}
	return any;
}

/* One turn. What is wrong is told. */
static bool turn(struct bench *b, bool trusted, const char *path)
{
	int fds[2], status = -1;
	bool good = false;
	FILE *from;
	pid_t pid;

	if (pipe(fds)) {
		complain("%s", strerror(errno));
		return false;
	}
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl(path, path, NULL);
		complain("%s: %s", path, strerror(errno));
		_exit(EXIT_UNKNOWN);
	}
	close(fds[1]);
	from = fdopen(fds[0], "r");
	if (pid > 0 && from)
		good = parse(b, trusted, from);
	if (from)
		fclose(from);
	else
		close(fds[0]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (good && !status)
		return true;
	if (status == -1 || WIFSIGNALED(status))
		complain("%s did not run to its end", path);
	return false;
}

static bool run_turns(struct bench *b, const char *plain, const char *copy)
{
	for (int i = 0; i < TURNS; i++) {
		if (!turn(b, false, plain))
			return false;
		if (copy && !turn(b, true, copy))
			return false;
	}
	return true;
}

static void print_cells(const struct bench *b, const struct figure *f)
{
	if (!f->ns)
		printf("  %9s %9s", "-", "-");
	else if (strcmp(b->counter, "none"))
		printf("  %9.1f %9.0f", f->ns, f->cycles);
	else
		printf("  %9.1f %9s", f->ns, "-");
}

static void print(const struct bench *b, const char *system, const char *state)
{
	const char *unit = !strcmp(b->counter, "perf") ? "cycles" : "TSC";

	say("%s", system);
	if (state)
		say("syscalls: %s", state);
	printf("\n%-18s  %19s  %19s  %19s\n", "", "ordinary program", "from /trusted",
	    "from there, by name");
	printf("%-18s", "");
	for (int c = 0; c < COLUMNS; c++)
		printf("  %9s %9s", "ns", unit);
	putchar('\n');
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		printf("%-18s", rows[i].text);
		for (int c = 0; c < COLUMNS; c++)
			print_cells(b, &b->figures[i][c]);
		putchar('\n');
	}
	printf("\nThe least of many batches on one CPU, loop not included%s.\n",
	    strcmp(b->counter, "tsc") ? "" :
	    "; TSC: ticks of its counter, as there is no PMU to ask");
}

static void print_json(const struct bench *b, const char *system,
		       const char *state)
{
	json_object(NULL);
	json_string("system", system);
	json_string("syscalls", state);
	json_string("counter", b->counter);
	json_bool("privileged", b->privileged);
	json_array("rows");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_object(NULL);
		json_string("name", rows[i].name);
		for (int c = 0; c < COLUMNS; c++) {
			const struct figure *f = &b->figures[i][c];

			if (!f->ns) {
				json_null(column_names[c]);
				continue;
			}
			json_object(column_names[c]);
			json_decimal("ns", f->ns);
			if (strcmp(b->counter, "none"))
				json_decimal("cycles", f->cycles);
			else
				json_null("cycles");
			json_end();
		}
		json_end();
	}
	json_end();
	json_end();
}

/* The CPU's name and the kernel's, in a line. */
static char *system_text(void)
{
	char *info = file_text("/proc/cpuinfo", NULL), *model = NULL, *end;
	struct utsname names;
	char *all;

	uname(&names);
	if (info)
		model = strstr(info, "model name");
	if (model)
		model = strchr(model, ':');
	if (model) {
		end = strchr(model, '\n');
		if (end)
			*end = '\0';
	}
	all = text("%s, Linux %s", model ? model + 2 : names.machine,
		   names.release);
	free(info);
	return all;
}

/*
 * The privileged program: root has a copy made, others need one that is there.
 * Return: its path for free(), or NULL, and why is told.
 */
static char *find_copy(const char *measure, bool *made)
{
	char *trusted = policy_trusted(NULL), *name = NULL, *path = NULL;

	*made = !geteuid();
	if (*made) {
		name = text(COPY ".%d", (int)getpid());
		if (trust_program(measure, name, NULL))
			goto out;
		path = text("%s/%s", trusted, name);
	} else {
		path = text("%s/" COPY, trusted);
		if (access(path, X_OK)) {
			complain("no privileged figures: they need a program in %s, run as root, or let root 'kml trust %s " COPY "'",
				 trusted, measure);
			free(path);
			path = NULL;
		}
	}
out:
	free(name);
	free(trusted);
	return path;
}

/**
 * cmd_bench - measure the ways into the kernel
 * @argc: 0
 * @argv: none
 * @opt: options
 *
 * Return: exit code; EXIT_NO if there are no figures of a privileged program.
 */
int cmd_bench(int argc, char **argv, const struct options *opt)
{
	char *measure = measure_path(), *copy, *system, *state;
	struct bench b = { .counter = "none" };
	bool made, good;

	(void)argc;
	(void)argv;
	if (!measure || access(measure, X_OK)) {
		complain("%s: %s: install kml's tools whole",
			 measure ? measure : MEASURE, strerror(errno));
		free(measure);
		return EXIT_UNKNOWN;
	}
	copy = find_copy(measure, &made);
	stay();
	good = run_turns(&b, measure, copy);
	if (copy && made)
		unlink(copy);
	if (!good) {
		free(copy);
		free(measure);
		return EXIT_UNKNOWN;
	}
	if (copy && !b.privileged)
		complain("%s ran as an ordinary program: 'kml status' or 'kml check %s' tells why",
			 copy, copy);
	system = system_text();
	state = file_line("/sys/kernel/kml/syscalls");
	if (opt->json)
		print_json(&b, system, state);
	else
		print(&b, system, state);
	free(system);
	free(state);
	free(copy);
	free(measure);
	return b.privileged ? EXIT_YES : EXIT_NO;
}
