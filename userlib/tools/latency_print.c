// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kml latency prints: text, histograms, JSON.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "latency.h"
#include "tool.h"
#include "util.h"

#define BAR	50

/**
 * column_at - as late as this was a part of them at most
 * @c: a measurement of at least one
 * @per_mille: the part
 */
int32_t column_at(const struct column *c, unsigned int per_mille)
{
	size_t i = (c->n * per_mille + 999) / 1000;

	return c->late[i ? i - 1 : 0];
}

/**
 * eighth_of - the bucket of a time, an eighth of an octave wide
 * @ns: the time; below 8 ns each has its own
 */
unsigned int eighth_of(int32_t ns)
{
	unsigned int exponent = 31;

	if (ns < 8)
		return ns < 0 ? 0 : ns;
	while (!(ns >> exponent & 1))
		exponent--;
	return 8 * (exponent - 2) + (ns >> (exponent - 3) & 7);
}

/**
 * eighth_start - where a bucket begins
 * @eighth: from eighth_of()
 */
int64_t eighth_start(unsigned int eighth)
{
	if (eighth < 8)
		return eighth;
	return (int64_t)(8 + eighth % 8) << (eighth / 8 - 1);
}

/* For free(). */
static char *hres_text(const struct latency *l)
{
	if (l->hres < 0)
		return text("not known whether they are active: /proc/timer_list: %s",
			    strerror(-l->hres));
	if (l->hres >= l->cpus)
		return text("active on all %ld CPUs", l->cpus);
	return text("active on %d of %ld CPUs only, so sleeps end at a tick: boot with tsc=reliable if the TSC is good",
		    l->hres, l->cpus);
}

/**
 * latency_print_machine - what is known before anything is measured
 * @l: all
 */
void latency_print_machine(const struct latency *l)
{
	const struct judgement *j = &l->judgement;
	const struct options *opt = l->opt;
	char *line = hres_text(l), *cpu;

	say("high resolution timers: %s", line);
	free(line);
	say("clock source: %s", l->clocksource ? l->clocksource : "not known");
	if (j->wrong)
		say("harmful kernel options: not known: %s%s%s",
		    j->config.path ? j->config.path : "",
		    j->config.path ? " " : "", j->wrong);
	for (size_t i = 0; i < j->n; i++) {
		if (judged_good(&j->list[i]) ||
		    (!judged_is(&j->list[i], "latency") &&
		     !judged_is(&j->list[i], "running")))
			continue;
		line = judged_text(&j->list[i]);
		say("harmful: %s", strstr(line, ": ") + 2);
		free(line);
	}
	cpu = opt->cpu < 0 ? text("any CPU") : text("CPU %ld", opt->cpu);
	say("every %ld us, %ld times, %s, %s %ld", opt->interval, opt->loops, cpu,
	    opt->fifo ? "SCHED_FIFO" : "no real-time priority:", opt->fifo);
	free(cpu);
	fflush(stdout);
}

/* Octaves as bars, from the first that has any to the last. */
static void print_bars(const struct column *c)
{
	size_t count[OCTAVES] = { }, most = 1;
	unsigned int first, last, o;

	for (size_t i = 0; i < c->n; i++) {
		int32_t late = c->late[i];

		for (o = 0; late > 1; o++)
			late >>= 1;
		count[o]++;
		most = count[o] > most ? count[o] : most;
	}
	for (first = 0; first < OCTAVES - 1 && !count[first]; first++)
		;
	for (last = OCTAVES - 1; last > first && !count[last]; last--)
		;
	printf("\n%s, %s: from ns\n", mode_names[c->mode], column_side(c));
	for (o = first; o <= last; o++) {
		int len = (count[o] * BAR + most - 1) / most;

		printf("%11lld |%.*s %zu\n", o ? 1LL << o : 0LL, len,
		       "##################################################",
		       count[o]);
	}
}

/* A column for each measurement, as cyclictest's for each thread. */
static void print_cyclictest(const struct latency *l)
{
	static const char *const rows[] = {
		"# Total:", "# Min Latencies:", "# Avg Latencies:",
		"# Max Latencies:", "# Histogram Overflows:"
	};
	size_t top = l->opt->histogram, n = l->n;
	unsigned int *count = grow(NULL, 0, (top + 1) * n * sizeof(*count));

	memset(count, 0, (top + 1) * n * sizeof(*count));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < l->columns[i].n; k++) {
			size_t us = l->columns[i].late[k] < 0 ? 0 :
				    l->columns[i].late[k] / 1000;

			count[(us < top ? us : top) * n + i]++;
		}
	}
	printf("\n#");
	for (size_t i = 0; i < n; i++)
		printf(" T:%zu=%s-%s", i, mode_names[l->columns[i].mode],
		       column_side(&l->columns[i]));
	printf("\n# Histogram\n");
	for (size_t us = 0; us < top; us++) {
		printf("%06zu ", us);
		for (size_t i = 0; i < n; i++)
			printf("%06u%s", count[us * n + i],
			       i + 1 < n ? "\t" : "\n");
	}
	for (size_t row = 0; row < ARRAY_SIZE(rows); row++) {
		printf("%s", rows[row]);
		for (size_t i = 0; i < n; i++) {
			const struct column *c = &l->columns[i];
			long long value[] = {
				c->n, c->n ? c->late[0] / 1000 : 0,
				c->n ? c->sum / (long long)c->n / 1000 : 0,
				c->n ? c->late[c->n - 1] / 1000 : 0,
				count[top * n + i]
			};

			printf(row ? " %05lld" : " %09lld", value[row]);
		}
		printf("\n");
	}
	free(count);
}

static void print_row(const struct column *c)
{
	char *numbers = NULL;

	if (c->n)
		numbers = text(" %9.3f %9.3f %9.3f %9.3f %9.3f",
			       c->late[0] / 1e3, (double)c->sum / c->n / 1e3,
			       column_at(c, 990) / 1e3, column_at(c, 999) / 1e3,
			       c->late[c->n - 1] / 1e3);
	say("%-7s %-10s%s%s%s", mode_names[c->mode], column_side(c),
	    numbers ? numbers : "", c->problem ? " " : "",
	    c->problem ? c->problem : "");
	free(numbers);
}

/**
 * latency_print - what was measured, for people
 * @l: all
 */
void latency_print(const struct latency *l)
{
	printf("\n%-18s %9s %9s %9s %9s %9s  us\n", "", "min", "mean", "p99",
	       "p99.9", "max");
	for (size_t i = 0; i < l->n; i++)
		print_row(&l->columns[i]);
	for (size_t i = 0; isatty(STDOUT_FILENO) && i < l->n; i++) {
		if (l->columns[i].n)
			print_bars(&l->columns[i]);
	}
	if (l->opt->histogram)
		print_cyclictest(l);
}

/* Pairs of a bucket's start in ns and its count. */
static void json_histogram(const struct column *c)
{
	size_t i = 0;

	json_array("histogram");
	while (i < c->n) {
		unsigned int eighth = eighth_of(c->late[i]);
		size_t count = 0;

		for (; i < c->n && eighth_of(c->late[i]) == eighth; i++)
			count++;
		json_object(NULL);
		json_number("from", eighth_start(eighth));
		json_number("count", count);
		json_end();
	}
	json_end();
}

static void json_column(const struct column *c)
{
	json_object(NULL);
	json_string("mode", mode_names[c->mode]);
	json_bool("privileged", c->trusted);
	json_string("problem", c->problem);
	json_number("count", c->n);
	if (c->n) {
		json_number("min", c->late[0]);
		json_number("mean", c->sum / (int64_t)c->n);
		json_number("p50", column_at(c, 500));
		json_number("p99", column_at(c, 990));
		json_number("p99_9", column_at(c, 999));
		json_number("max", c->late[c->n - 1]);
	} else {
		json_null("min");
		json_null("mean");
		json_null("p50");
		json_null("p99");
		json_null("p99_9");
		json_null("max");
	}
	json_histogram(c);
	json_end();
}

/**
 * latency_print_json - all, for machines
 * @l: all
 */
void latency_print_json(const struct latency *l)
{
	const struct judgement *j = &l->judgement;

	json_object(NULL);
	if (l->hres < 0)
		json_null("high_resolution");
	else
		json_bool("high_resolution", l->hres >= l->cpus);
	json_string("clock_source", l->clocksource);
	json_string("config", j->config.path);
	json_string("config_problem", j->wrong);
	json_array("harmful");
	for (size_t i = 0; i < j->n; i++) {
		if (!judged_good(&j->list[i]) &&
		    (judged_is(&j->list[i], "latency") ||
		     judged_is(&j->list[i], "running")))
			judged_json(&j->list[i]);
	}
	json_end();
	json_number("interval", l->opt->interval);
	json_number("loops", l->opt->loops);
	json_number("cpu", l->opt->cpu);
	json_number("fifo", l->opt->fifo);
	json_array("measurements");
	for (size_t i = 0; i < l->n; i++)
		json_column(&l->columns[i]);
	json_end();
	json_end();
}
