// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A function of the program runs in the timer's interrupt, each millisecond,
 * and a thread hears of it: how late was each?
 *
 * The handler notes the time at once. The thread is woken as any thread is,
 * which takes the kernel several times as long.
 *
 * Run, as root: cp handler /trusted/ && /trusted/handler [EXPIRIES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <kml/handler.h>
#include <kml/kml.h>
#include <kml/versions.h>

struct lateness {
	long long min, max, sum;
	long count;
};

static KML_HANDLER void note(struct lateness *l, long long late)
{
	if (!l->count || late < l->min)
		l->min = late;
	if (late > l->max)
		l->max = late;
	l->sum += late;
	l->count++;
}

static struct lateness in_handler, in_thread;
static long expiries = 1000;
static volatile unsigned long long last;

/* In a hard interrupt: no C library, and nothing that sleeps. */
static KML_HANDLER uint32_t tick(void *arg, __u64 when)
{
	note(arg, ktime_get() - (long long)when);
	last = when;
	return KML_HANDLER_WAKE | (in_handler.count == expiries ? KML_HANDLER_STOP : 0);
}

static void report(const char *what, const struct lateness *l)
{
	if (l->count)
		printf("%-8s %6ld times, late by min %lld, mean %lld, max %lld ns\n", what, l->count, l->min, l->sum / l->count, l->max);
}

int main(int argc, char **argv)
{
	static const struct kml_need needs[] = {
		KML_NEED(ktime_get),
		KML_NEED(kml_timer_start),
		KML_NEED(kml_timer_wait),
		{ NULL, 0 }
	};
	long long expired;
	int id;

	if (kml_require(needs))
		return 77;
	if (argc > 1)
		expiries = atol(argv[1]);
	if (mlockall(MCL_CURRENT | MCL_FUTURE)) {
		perror("mlockall");
		return 1;
	}
	id = kml_timer_start(tick, &in_handler, ktime_get() + 5000000, 1000000, 0);
	if (id < 0) {
		fprintf(stderr, "kml_timer_start: %s\n", strerror(-id));
		return 1;
	}
	/* the next expiry may be any time, so read this one's before the clock */
	while (kml_timer_wait(id, KML_FOREVER) > 0) {
		expired = last;
		note(&in_thread, ktime_get() - expired);
	}
	kml_timer_stop(id);
	report("handler", &in_handler);
	report("thread", &in_thread);
	return in_handler.count != expiries;
}
