// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel functions that sleep, called by name. Without the switch to the task
 * stack, schedule() on the program's stack freezes; without the exit work, a
 * signal that cut the sleep short is not handled when the call returns.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug tick rt
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define THREADS 4
/* of msleep(200): it counts ticks, of which the first may have begun */
#define MSLEEP_MIN in_ticks(190000)

static volatile sig_atomic_t handled;

static void on_alarm(int sig)
{
	(void)sig;
	handled++;
}

/* In microseconds of less than a thousand seconds, by a system call or the stock vDSO. */
static long now(void)
{
	static time_t first;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (!first)
		first = ts.tv_sec;
	return (ts.tv_sec - first) * 1000000 + ts.tv_nsec / 1000;
}

static double tick_rate = 1;

/*
 * A guest that boots on a busy host may have measured its timer wrongly: then
 * its ticks are shorter than they claim, and so is what is counted in them.
 */
static long in_ticks(long usecs)
{
	return usecs * tick_rate;
}

static void measure_ticks(void)
{
	u64 first = get_jiffies_64(), last;
	long start = now();

	usleep(300000);
	last = get_jiffies_64();
	tick_rate = (now() - start) / 1e3 / jiffies_to_msecs(last - first + 1);
	if (tick_rate > 1)
		tick_rate = 1;
	printf("# a tick lasts %.2f of its time\n", tick_rate);
}

/* A guest with one thread of emulation for each CPU may be late, never early. */
static bool between(const char *what, long took, long min, long max)
{
	return ktap_ok(took >= min && took <= max, "%s took %ld us, expected %ld to %ld",
		       what, took, min, max);
}

/* And again later: a busy guest may take the first one before it sleeps. */
static void alarm_in(long usecs)
{
	struct itimerval timer = { { 0, 500000 }, { 0, usecs } };

	handled = 0;
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void *thread(void *arg)
{
	long start = now();

	(void)arg;
	msleep(200);
	return (void *)(now() - start);
}

static void test_threads(void)
{
	pthread_t threads[THREADS];
	void *took[THREADS];
	long start = now();
	int i;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, thread, NULL))
			exit(1);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], &took[i]);
	between("four threads in msleep(200)", now() - start, MSLEEP_MIN, 500000);
	for (i = 0; i < THREADS; i++)
		between("one of them", (long)took[i], MSLEEP_MIN, 450000);
}

static void test_alarm(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	unsigned long left;
	long start, ticks, timeout;
	int before;

	sigaction(SIGALRM, &action, NULL);
	/* as many ticks as two seconds have */
	timeout = msecs_to_jiffies(2000);
	alarm_in(100000);
	start = now();
	ticks = schedule_timeout_interruptible(timeout);
	before = handled;
	between("interrupted schedule_timeout_interruptible()", now() - start, 90000, 1000000);
	ktap_ok(before >= 1, "the handler ran before it returned");
	ktap_ok(ticks > 0 && ticks < timeout, "%ld of %ld ticks are left", ticks, timeout);

	alarm_in(100000);
	start = now();
	left = msleep_interruptible(2000);
	before = handled;
	between("interrupted msleep_interruptible()", now() - start, 90000, 1000000);
	ktap_ok(before >= 1, "the handler ran before it returned");
	ktap_ok(left > 0 && left < 2000, "%lu of 2000 ms are left", left);

	alarm_in(50000);
	start = now();
	msleep(200);
	before = handled;
	between("msleep(200) with a signal", now() - start, MSLEEP_MIN, 450000);
	ktap_ok(before >= 1, "the handler ran before it returned");
	signal(SIGALRM, SIG_IGN);
}

static void child_interruptible(void)
{
	msleep_interruptible(20000);
}

static void child_uninterruptible(void)
{
	msleep(500);
}

/* SIGKILL for a child 100 ms after it began @fn: how long until it is gone. */
static long time_to_kill(void (*fn)(void), int *status)
{
	pid_t pid;
	long start;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		fn();
		_exit(99);
	}
	usleep(100000);
	start = now();
	kill(pid, SIGKILL);
	if (waitpid(pid, status, 0) != pid)
		*status = -1;
	return now() - start;
}

static bool killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void test_kill(void)
{
	int status;
	long took;

	took = time_to_kill(child_interruptible, &status);
	ktap_ok(killed(status), "SIGKILL ends a child in msleep_interruptible()");
	between("its end", took, 0, 1000000);
	took = time_to_kill(child_uninterruptible, &status);
	ktap_ok(killed(status), "SIGKILL ends a child after msleep(), before its next step");
	between("its end", took, 50000, 1500000);
}

int main(void)
{
	long start;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	measure_ticks();
	start = now();
	msleep(200);
	between("msleep(200)", now() - start, MSLEEP_MIN, 400000);
	start = now();
	usleep_range(20000, 25000);
	between("usleep_range(20000, 25000)", now() - start, 20000, 150000);
	start = now();
	ktap_ok(schedule_timeout_uninterruptible(msecs_to_jiffies(50)) == 0,
		"schedule_timeout_uninterruptible() leaves nothing");
	between("it", now() - start, in_ticks(40000), 250000);
	test_threads();
	test_alarm();
	test_kill();
	return ktap_end();
}
