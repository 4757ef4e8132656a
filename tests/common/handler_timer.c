// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers: their handler runs at the times that were asked for, in a hard
 * interrupt, whatever else the CPU does, and wakes who waits.
 *
 * link: kml
 * depends: cpu pages gs debug tick rt
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "handler.h"
#include "ktap.h"

#define EXPIRIES	1000

struct counts {
	volatile uint32_t runs, strange, off_time;
	uint64_t first, period;
	volatile uint64_t last, when[4];
	uint32_t end, ret;
};

static struct counts c;

/* The stack of a hard interrupt, aligned, interrupts off, at a multiple of the period. */
static KML_HANDLER uint32_t count(void *arg, __u64 when)
{
	struct counts *a = arg;

	if (!arch_in_interrupt())
		a->strange++;
	if (when < a->first || (a->period && (when - a->first) % a->period) || when <= a->last)
		a->off_time++;
	if (a->runs < 4)
		a->when[a->runs] = when;
	a->last = when;
	if (++a->runs == a->end)
		return KML_HANDLER_STOP | KML_HANDLER_WAKE;
	return a->ret;
}

static KML_HANDLER_WITH_FPU uint32_t floating(void *arg, __u64 when)
{
	volatile double *sum = arg;

	*sum = *sum * 1.0000001 + (double)(when & 0xff) + 1.5;
	arch_fpu_destroy();
	return KML_HANDLER_WAKE;
}

static void reset(uint64_t period, uint32_t end, uint32_t ret)
{
	c = (struct counts) { .first = now() + 5 * MS, .period = period, .end = end, .ret = ret };
}

static void periodic(void)
{
	long n, sum = 0, waits = 0;
	int id;

	reset(MS, EXPIRIES, KML_HANDLER_WAKE);
	id = kml_timer_start(count, &c, c.first, c.period, 0);
	if (!ktap_ok(id >= 0, "a timer of 1 kHz starts (%d)", id))
		return;
	while ((n = kml_timer_wait(id, 10 * SECOND)) > 0) {
		sum += n;
		waits++;
	}
	ktap_ok(n == -ECANCELED, "who waits learns that it has ended (%ld)", n);
	ktap_ok(c.runs == EXPIRIES && sum == EXPIRIES, "%u runs, %ld events in %ld waits", c.runs, sum, waits);
	ktap_ok(!c.strange, "with interrupts off on a kernel stack (%u not)", c.strange);
	ktap_ok(!c.off_time, "at multiples of the period (%u not)", c.off_time);
	ktap_ok(kml_timer_wait(id, 0) == -ECANCELED && !kml_timer_stop(id), "its number goes back");
	ktap_ok(kml_timer_stop(id) == -ENOENT && kml_timer_wait(id, 0) == -ENOENT, "and is nothing then");
}

static void once(void)
{
	int id;

	reset(0, 0, KML_HANDLER_WAKE);
	id = kml_timer_start(count, &c, c.first, 0, 0);
	ktap_ok(kml_timer_wait(id, 10 * SECOND) == 1 && now() >= c.first, "a timer without a period expires");
	ktap_ok(kml_timer_wait(id, 10 * SECOND) == -ECANCELED && c.runs == 1, "once");
	kml_timer_stop(id);
	reset(0, 0, KML_HANDLER_WAKE);
	c.first = 0;
	id = kml_timer_start(count, &c, 1, 0, 0);
	ktap_ok(kml_timer_wait(id, 10 * SECOND) == 1, "at once if its time has passed");
	kml_timer_stop(id);
}

static void no_handler(void)
{
	uint64_t first = now() + 5 * MS;
	int id = kml_timer_start(NULL, NULL, first, MS, 0);
	long n, sum = 0;

	while (sum < 100 && (n = kml_timer_wait(id, 10 * SECOND)) > 0)
		sum += n;
	ktap_ok(sum >= 100 && now() >= first + 99 * MS, "without a handler each expiry counts (%ld)", sum);
	ktap_ok(!kml_timer_stop(id), "and it stops");
	id = kml_timer_start(NULL, NULL, now() + 3600 * SECOND, 0, 0);
	first = now();
	ktap_ok(kml_timer_wait(id, 0) == -ETIME, "a look does not wait");
	ktap_ok(kml_timer_wait(id, 20 * MS) == -ETIME && now() - first >= 20 * MS, "a wait ends with its timeout");
	kml_wake(id);
	ktap_ok(kml_timer_wait(id, KML_FOREVER) == 1, "kml_wake() is an event");
	kml_timer_stop(id);
}

static void got(int sig)
{
	(void)sig;
}

static void interrupted(void)
{
	struct sigaction sa = { .sa_handler = got };
	struct itimerspec in = { .it_value.tv_nsec = 20 * MS };
	int id = kml_timer_start(NULL, NULL, now() + 3600 * SECOND, 0, 0);
	timer_t t;

	sigaction(SIGALRM, &sa, NULL);
	timer_create(CLOCK_MONOTONIC, NULL, &t);
	timer_settime(t, 0, &in, NULL);
	ktap_ok(kml_timer_wait(id, KML_FOREVER) == -EINTR, "a signal ends a wait");
	kml_timer_stop(id);
}

/* The registers of whom the interrupt has hit are left alone. */
static void with_fpu(void)
{
	static double sum;
	volatile double a = 1.25, b = 3.5;
	unsigned long i;
	int id = kml_timer_start(floating, &sum, now() + MS, MS / 4, KML_HANDLER_FPU);
	bool good = id >= 0;
	uint64_t end = now() + 500 * MS;

	while (good && now() < end)
		for (i = 0; i < 1000; i++)
			good &= arch_fpu_hold(a) == 1.25 && b == 3.5;
	ktap_ok(good && sum > 1000, "a handler with KML_HANDLER_FPU computes (%f), and nobody notices", sum);
	kml_timer_stop(id);
}

static void sleep_until(void)
{
	uint64_t at = now() + 5 * MS, i;
	bool early = false;

	for (i = 0; i < 20; i++, at += MS) {
		early |= kml_sleep_until(at, 0) != 0;
		early |= now() < at;
	}
	ktap_ok(!early, "kml_sleep_until() is never early");
	ktap_ok(!kml_sleep_until(now() - MS, 0), "and does not wait for the past");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(lock_memory(), "memory is locked"))
		return ktap_end();
	periodic();
	once();
	no_handler();
	interrupted();
	with_fpu();
	sleep_until();
	return ktap_end();
}
