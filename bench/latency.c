// SPDX-License-Identifier: GPL-2.0-only
/*
 * How late a program hears of a timer, in ns of the guest: "NAME MIN MEAN MAX".
 * As an ordinary program by clock_nanosleep(), with -DKML by a handler.
 */
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#ifdef KML
#include <kml/handler.h>
#endif

#define LOOPS	2000
#define PERIOD	1000000LL

static struct {
	int64_t min, max, sum;
	volatile long n;
} late = { .min = INT64_MAX };

#ifdef KML
KML_HANDLER
#endif
static void note(int64_t l)
{
	if (l < late.min)
		late.min = l;
	if (l > late.max)
		late.max = l;
	late.sum += l;
	late.n++;
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

#ifdef KML
static KML_HANDLER uint32_t tick(void *arg, __u64 when)
{
	(void)arg;
	note(ktime_get() - (int64_t)when);
	return late.n == LOOPS ? KML_HANDLER_STOP : KML_HANDLER_OK;
}

static int measure(void)
{
	int id = kml_timer_start(tick, NULL, now() + 5 * PERIOD, PERIOD, 0);

	if (id < 0)
		return 1;
	while (late.n < LOOPS)
		usleep(100000);
	return kml_timer_stop(id);
}
#else
static int measure(void)
{
	int64_t next = now() + 5 * PERIOD;
	struct timespec t;

	while (late.n < LOOPS) {
		next += PERIOD;
		t = (struct timespec) { next / 1000000000, next % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
		note(now() - next);
	}
	return 0;
}
#endif

int main(int argc, char **argv)
{
	struct sched_param p = { .sched_priority = 90 };

	if (argc < 2 || mlockall(MCL_CURRENT | MCL_FUTURE) || prctl(PR_SET_TIMERSLACK, 1) ||
	    sched_setscheduler(0, SCHED_FIFO, &p) || measure())
		return 1;
	printf("%s %lld %lld %lld\n", argv[1], (long long)late.min, (long long)(late.sum / LOOPS), (long long)late.max);
	return 0;
}
