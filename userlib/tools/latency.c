// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml latency: how late does a program hear of a timer, by each way of
 * waiting?
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "latency.h"
#include "tool.h"
#include "util.h"

const char *const mode_names[MEASURE_MODES] = {
	[MEASURE_TRAP] = "trap",
	[MEASURE_GATE] = "gate",
	[MEASURE_HANDLER] = "handler",
	[MEASURE_POLL] = "poll",
};

/**
 * column_side - what kind of program was measured
 * @c: the measurement
 */
const char *column_side(const struct column *c)
{
	return c->trusted ? "privileged" : "ordinary";
}

/* Only root may read it. Return: CPUs that have them, or a negative errno. */
static int hres_cpus(void)
{
	char *all = file_text("/proc/timer_list", NULL), *line, *rest = all;
	int n = 0, value;

	if (!all)
		return -errno;
	while ((line = strsep(&rest, "\n")))
		n += sscanf(line, " .hres_active : %d", &value) == 1 && value;
	free(all);
	return n;
}

static void look_at_machine(struct latency *l)
{
	judgement_make(&l->judgement, NULL);
	l->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	l->hres = hres_cpus();
	l->clocksource = file_line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

static void add(struct latency *l, unsigned int mode, bool trusted)
{
	l->columns = grow(l->columns, l->n, sizeof(*l->columns));
	l->columns[l->n++] = (struct column) { .mode = mode, .trusted = trusted };
}

/* The ways that only a privileged program has are not measured in another. */
static bool choose(struct latency *l, char **modes)
{
	unsigned int mode;

	for (mode = 0; mode < MEASURE_MODES; mode++) {
		bool wanted = !*modes;

		for (char **m = modes; *m; m++)
			wanted |= !strcmp(*m, mode_names[mode]);
		if (!wanted)
			continue;
		if (mode == MEASURE_TRAP || mode == MEASURE_POLL)
			add(l, mode, false);
		add(l, mode, true);
	}
	for (char **m = modes; *m; m++) {
		for (mode = 0; mode < MEASURE_MODES; mode++) {
			if (!strcmp(*m, mode_names[mode]))
				break;
		}
		if (mode == MEASURE_MODES) {
			complain("latency: no such way to wait: %s; see 'kml latency --help'",
				 *m);
			return false;
		}
	}
	return true;
}

static void forget(struct latency *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->columns[i].problem);
		free(l->columns[i].late);
	}
	free(l->columns);
	free(l->clocksource);
	judgement_free(&l->judgement);
}

/**
 * cmd_latency - how late does a program hear of a timer?
 * @argc: how many ways to wait follow, 0 for all
 * @argv: they
 * @given: options
 *
 * Return: exit code: yes if all that was asked for could be measured and makes
 * sense.
 */
int cmd_latency(int argc, char **argv, const struct options *given)
{
	struct options opt = *given;
	struct latency l = { .opt = &opt };
	struct copy copy;
	int ret = EXIT_YES;

	(void)argc;
	if (!opt.interval)
		opt.interval = 1000;
	if (!opt.loops)
		opt.loops = 5000;
	if (opt.fifo < 0)
		opt.fifo = 90;
	if (opt.plot && !plot_format(opt.plot)) {
		complain("latency: %s is neither a .png nor a .svg", opt.plot);
		return EXIT_USAGE;
	}
	/* before a minute of measuring */
	if (opt.plot && plot_check())
		return EXIT_NO;
	if (!choose(&l, argv)) {
		forget(&l);
		return EXIT_USAGE;
	}
	look_at_machine(&l);
	if (!opt.json)
		latency_print_machine(&l);
	latency_copy(&copy);
	for (size_t i = 0; i < l.n; i++) {
		column_measure(&l.columns[i], &copy, &opt);
		if (l.columns[i].problem)
			ret = EXIT_NO;
	}
	latency_copy_free(&copy);
	if (opt.json)
		latency_print_json(&l);
	else
		latency_print(&l);
	if (opt.plot && plot_draw(&l, opt.plot))
		ret = EXIT_NO;
	forget(&l);
	return ret;
}
