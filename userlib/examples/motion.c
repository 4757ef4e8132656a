// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Motion control: each millisecond the next point of a path, and the angles of
 * a robot's six joints for it. How late does each step begin, how long does it
 * take, and does that vary?
 *
 * The tool goes around a circle with the least jerk and turns as it goes. The
 * arm has a base, two links and a wrist whose three axes meet, so that the
 * angles are a closed formula. At the end the angles of all steps are put into
 * the arm again: the tool must be where the path is.
 *
 * Run: motion [STEPS], as an ordinary program or, as root, from /trusted; there
 * also: motion handler [STEPS], with the steps in the timer's interrupt.
 *
 * A handler has no TLS, where libm's functions have errno and the stack
 * protector's value. So it has some of its own, as exact for these arguments.
 */
#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <kml/handler.h>
#include <kml/kml.h>

#include "motion.h"

#define PERIOD_NS	1000000LL
#define BACK_TO_BACK	100000
#define STEPS_MAX	1000000

/* Bucket n is of 2^n ns and more. */
struct times {
	int64_t min, max, sum;
	long count;
	unsigned int bucket[32];
};

static struct times late, taken, taken_in_row;
static struct joints *steps;
static long total = 1000, done;
static int64_t last;

static KML_HANDLER void note(struct times *t, int64_t ns)
{
	unsigned int n = 0;

	if (!t->count || ns < t->min)
		t->min = ns;
	if (ns > t->max)
		t->max = ns;
	t->sum += ns;
	t->count++;
	while (ns >> 1 >> n && n < 31)
		n++;
	t->bucket[n]++;
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void sleep_until(int64_t at)
{
	struct timespec t = { at / 1000000000, at % 1000000000 };

	if (kml_available())
		kml_sleep_until(at, 0);
	else
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void one_step(const struct math *m)
{
	motion_step(m, (double)done / total, &steps[done]);
	done++;
}

static void thread(void)
{
	int64_t next = now() + 5 * PERIOD_NS, begin;

	while (done < total) {
		sleep_until(next);
		begin = now();
		note(&late, begin - next);
		one_step(&motion_libm);
		note(&taken, now() - begin);
		for (next += PERIOD_NS; next <= now(); next += PERIOD_NS)
			;
	}
}

static KML_HANDLER_WITH_FPU uint32_t tick(void *arg, __u64 when)
{
	int64_t begin = ktime_get();

	note(&late, begin - (int64_t)when);
	one_step(arg);
	note(&taken, ktime_get() - begin);
	return done < total ? KML_HANDLER_OK : KML_HANDLER_STOP | KML_HANDLER_WAKE;
}

static void in_handler(void)
{
	int id = kml_timer_start(tick, (void *)&motion_own, ktime_get() + 5 * PERIOD_NS, PERIOD_NS, KML_HANDLER_FPU);
	long ret;

	if (id < 0) {
		fprintf(stderr, "kml_timer_start: %s\n", strerror(-id));
		exit(1);
	}
	ret = kml_timer_wait(id, KML_FOREVER);
	kml_timer_stop(id);
	if (ret < 0) {
		fprintf(stderr, "kml_timer_wait: %s\n", strerror(-ret));
		exit(1);
	}
}

/* What the step costs by itself, in the same kind of program. */
static void in_a_row(const struct math *m)
{
	struct joints q;
	int64_t end;

	last = now();
	for (long i = 0; i < BACK_TO_BACK; i++) {
		motion_step(m, (double)i / BACK_TO_BACK, &q);
		end = now();
		note(&taken_in_row, end - last);
		last = end;
	}
}

static void report(const char *what, const struct times *t)
{
	printf("%-12s %6ld times: min %lld, mean %lld, max %lld ns;", what, t->count, (long long)t->min,
	       (long long)(t->sum / t->count), (long long)t->max);
	for (unsigned int n = 0; n < 32; n++) {
		if (t->bucket[n])
			printf(" 2^%u:%u", n, t->bucket[n]);
	}
	printf("\n");
}

/* The farthest that a tool was from its path, in metres. */
static double error(void)
{
	double worst = 0, e;

	for (long i = 0; i < done; i++) {
		e = motion_error((double)i / total, &steps[i]);
		if (!(e <= worst))
			worst = e;
	}
	return worst;
}

int main(int argc, char **argv)
{
	bool handler = argc > 1 && !strcmp(argv[1], "handler");
	const struct math *m = handler ? &motion_own : &motion_libm;
	struct sched_param param = { .sched_priority = 80 };

	if (argc > 1 + handler)
		total = atol(argv[1 + handler]);
	if (total < 1 || total > STEPS_MAX) {
		fprintf(stderr, "motion: 1 to %d steps\n", STEPS_MAX);
		return 2;
	}
	if (handler && !kml_available()) {
		fprintf(stderr, "motion: %s\n", kml_strerror(kml_state()));
		return 77;
	}
	steps = calloc(total, sizeof(*steps));
	if (!steps || mlockall(MCL_CURRENT | MCL_FUTURE)) {
		perror("motion: memory");
		return 1;
	}
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		perror("motion: no real-time priority");
	printf("%s%s%s\n", handler ? "handler" : kml_available() ? "privileged thread" : "ordinary thread",
	       kml_available() ? "" : ": ", kml_available() ? "" : kml_strerror(kml_state()));
	if (handler)
		in_handler();
	else
		thread();
	/* what takes long has no business at such a priority */
	param.sched_priority = 0;
	sched_setscheduler(0, SCHED_OTHER, &param);
	in_a_row(m);
	report("step begins", &late);
	report("step takes", &taken);
	report("in a row", &taken_in_row);
	printf("off the path by %.1e m at most\n", error());
	return error() > 1e-6;
}
