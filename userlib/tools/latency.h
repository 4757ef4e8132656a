/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kml latency: what it has measured, and what it makes of that.
 */
#ifndef KML_LATENCY_H
#define KML_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../measure/share.h"
#include "judge.h"

/* Buckets whose width is an octave, or an eighth of one, hold all of int32_t. */
#define OCTAVES		32
#define EIGHTHS		(8 * OCTAVES)

/**
 * struct column - one way of waiting, measured
 * @mode: enum measure_mode
 * @trusted: at kernel privilege
 * @problem: why there is nothing, or nothing to believe; or NULL
 * @n: how many
 * @late: by how many ns, sorted
 * @sum: of them
 */
struct column {
	unsigned int mode;
	bool trusted;
	char *problem;
	size_t n;
	int32_t *late;
	int64_t sum;
};

/**
 * struct latency - all that kml latency tells
 * @judgement: what harms, and what does not
 * @cpus: CPUs that are online
 * @hres: on how many high resolution timers are active, or a negative errno
 * @clocksource: the clock, or NULL
 * @opt: what was asked for, complete
 * @columns: the measurements
 * @n: their number
 */
struct latency {
	struct judgement judgement;
	long cpus;
	int hres;
	char *clocksource;
	struct options *opt;
	struct column *columns;
	size_t n;
};

/**
 * struct copy - the program in /trusted
 * @path: where it is, or NULL
 * @problem: why it would not be privileged, or NULL
 * @made: it goes again
 */
struct copy {
	char *path;
	char *problem;
	bool made;
};

/* latency.c */
extern const char *const mode_names[MEASURE_MODES];
const char *column_side(const struct column *c);

/* latency_run.c */
void latency_copy(struct copy *copy);
void latency_copy_free(struct copy *copy);
void column_measure(struct column *c, const struct copy *copy,
		    const struct options *opt);

/* latency_print.c */
int32_t column_at(const struct column *c, unsigned int per_mille);
unsigned int eighth_of(int32_t ns);
int64_t eighth_start(unsigned int eighth);
void latency_print_machine(const struct latency *l);
void latency_print(const struct latency *l);
void latency_print_json(const struct latency *l);

/* latency_plot.c */
const char *plot_format(const char *file);
int plot_check(void);
int plot_draw(const struct latency *l, const char *file);

#endif /* KML_LATENCY_H */
