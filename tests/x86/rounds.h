/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that check the same again and again while a timer and the hogs take
 * their CPU away.
 */
#ifndef ROUNDS_H
#define ROUNDS_H

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "hogs.h"
#include "ktap.h"

#define ROUNDS_THREADS 4
#define ROUNDS_SECONDS 2

/* One round of a thread: how much was wrong. */
typedef unsigned long (*rounds_check)(unsigned long thread, unsigned long round);

struct rounds {
	pthread_t thread;
	rounds_check check;
	unsigned long number, done, wrong;
};

static volatile bool rounds_stop;

static inline void *rounds_thread(void *arg)
{
	struct rounds *r = arg;

	while (!rounds_stop)
		r->wrong += r->check(r->number, r->done++);
	return NULL;
}

/* The alarms end each sleep early. */
static inline void rounds_sleep(void)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ROUNDS_SECONDS;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
		;
}

/* One result for each thread; @what names the thing that @check counts. */
static inline void rounds_run(rounds_check check, const char *what)
{
	struct rounds rounds[ROUNDS_THREADS] = { };
	unsigned long i;

	ktap_ok(hogs_start(), "timer and hogs are running");
	for (i = 0; i < ROUNDS_THREADS; i++) {
		rounds[i].check = check;
		rounds[i].number = i;
		if (pthread_create(&rounds[i].thread, NULL, rounds_thread, &rounds[i]))
			exit(1);
	}
	rounds_sleep();
	rounds_stop = true;
	for (i = 0; i < ROUNDS_THREADS; i++) {
		pthread_join(rounds[i].thread, NULL);
		ktap_ok(!rounds[i].wrong && rounds[i].done, "thread %lu: %lu %s lost in %lu rounds",
			i, rounds[i].wrong, what, rounds[i].done);
	}
	ktap_ok(hogs_stop(), "the hogs are alive");
	ktap_ok(hogs_alarms > 10, "%d signals arrived", (int)hogs_alarms);
}

#endif /* ROUNDS_H */
