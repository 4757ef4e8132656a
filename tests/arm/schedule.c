// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regression: in the original KML a program that called schedule() or a
 * function that sleeps froze, as these ran on its own stack. Several threads
 * call them under load here; each must come back, and after the right time.
 *
 * link: kml
 * run: trusted
 * timeout: 120
 * depends: cpu pages debug
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define THREADS 6
#define HOGS 3
#define ROUNDS 10

static pid_t hogs[HOGS];

/* In microseconds of less than a thousand seconds. */
static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec % 1000 * 1000000 + ts.tv_nsec / 1000;
}

struct job {
	long shortest, longest, rounds;
	bool bad;
};

static void took(struct job *job, long usecs)
{
	if (!job->rounds++ || usecs < job->shortest)
		job->shortest = usecs;
	if (usecs > job->longest)
		job->longest = usecs;
}

/* A quantum of its own each time, on a CPU that others want. */
static void *yields(void *arg)
{
	struct job *job = arg;
	long start;
	int i;

	for (i = 0; i < ROUNDS * 100; i++) {
		start = now();
		schedule();
		took(job, now() - start);
	}
	return NULL;
}

static void *timeouts(void *arg)
{
	struct job *job = arg;
	unsigned long ticks = msecs_to_jiffies(100);
	long start;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		start = now();
		job->bad |= schedule_timeout_uninterruptible(ticks) != 0;
		took(job, now() - start);
		/* runnable, so that it returns at once */
		job->bad |= schedule_timeout(ticks) < 0;
	}
	return NULL;
}

static void *sleeps(void *arg)
{
	struct job *job = arg;
	long start;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		start = now();
		msleep(100);
		took(job, now() - start);
	}
	return NULL;
}

static void load(void)
{
	int i;

	fflush(stdout);
	for (i = 0; i < HOGS; i++) {
		hogs[i] = fork();
		if (!hogs[i])
			for (;;)
				if (!sys_getppid())
					_exit(1);
	}
}

int main(void)
{
	static void *(*const functions[])(void *) = { yields, timeouts, sleeps };
	static const char *const names[] = {
		"schedule()", "schedule_timeout_uninterruptible(100 ms)", "msleep(100)",
	};
	struct job jobs[THREADS] = { };
	pthread_t threads[THREADS];
	int i, status;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	load();
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, functions[i % 3], &jobs[i]);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		printf("# %s: %ld times, %ld to %ld us\n", names[i % 3], jobs[i].rounds,
		       jobs[i].shortest, jobs[i].longest);
		ktap_ok(!jobs[i].bad && jobs[i].longest < 2000000, "%s returns", names[i % 3]);
		/* a tick less, and those that a guest on a busy host has yet to count */
		if (i % 3)
			ktap_ok(jobs[i].shortest >= 70000, "and not early");
	}
	for (i = 0; i < HOGS; i++) {
		kill(hogs[i], SIGKILL);
		ktap_ok(waitpid(hogs[i], &status, 0) == hogs[i] && WIFSIGNALED(status) &&
			WTERMSIG(status) == SIGKILL, "what was the load dies: status %#x", status);
	}
	return ktap_end();
}
