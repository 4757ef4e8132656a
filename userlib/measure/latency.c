// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleeps, in one of several ways, and notes by how much it heard late of the
 * time. "kml latency" starts it, as an ordinary program or from /trusted, and
 * shares a memory with it.
 *
 * The copy in /trusted may be started by any user with any memory, so all that
 * is in there is looked at once and within bounds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kml/handler.h>
#include <kml/kml.h>

#include "share.h"

/* One of these for each measurement, so that nothing of it is read twice. */
static struct measure own;
static struct measure *shared;

static void __attribute__((noreturn, format(printf, 2, 3)))
fail(int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(shared->problem, sizeof(shared->problem), fmt, ap);
	va_end(ap);
	shared->error = error;
	__atomic_store_n(&shared->state, MEASURE_FAILED, __ATOMIC_RELEASE);
	exit(1);
}

static int64_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static KML_HANDLER void note(int64_t late)
{
	shared->late[own.done] = late > INT32_MAX ? INT32_MAX :
				 late < INT32_MIN ? INT32_MIN : late;
	own.done++;
	__atomic_store_n(&shared->done, own.done, __ATOMIC_RELEASE);
}

/* The next time that has not passed. */
static int64_t after(int64_t next, int64_t now)
{
	do
		next += own.interval;
	while (next <= now);
	return next;
}

static int64_t wait_trap(int64_t next)
{
	struct timespec t = { next / 1000000000, next % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
	return clock_now();
}

/* Poll as an ordinary program can. */
static int64_t wait_poll(int64_t next)
{
	int64_t now;

	wait_trap(next - MEASURE_POLL_NS);
	do
		now = clock_now();
	while (now < next);
	return now;
}

static int64_t wait_gate(int64_t next)
{
	while (kml_sleep_until(next, 0) == -EINTR)
		;
	return ktime_get();
}

/* Nothing but an NMI comes between the reading that ends it and the program. */
static int64_t wait_irqs_off(int64_t next)
{
	unsigned long flags;
	int64_t now;

	wait_gate(next - MEASURE_POLL_NS);
	flags = arch_local_irq_save();
	do
		now = ktime_get();
	while (now < next);
	arch_local_irq_restore(flags);
	return now;
}

static void sleep_loop(int64_t (*wait)(int64_t next))
{
	int64_t next = clock_now() + 5 * (int64_t)own.interval, now;

	while (own.done < own.loops) {
		now = wait(next);
		note(now - next);
		next = after(next, now);
	}
}

static KML_HANDLER uint32_t tick(void *arg, __u64 when)
{
	int64_t late = ktime_get() - (int64_t)when;

	(void)arg;
	if (own.done < own.loops)
		note(late);
	return own.done < own.loops ? KML_HANDLER_OK :
				      KML_HANDLER_STOP | KML_HANDLER_WAKE;
}

/* Pinning the program's memory takes ms, and a first time that has passed would be its latency. */
#define HEADSTART 100000000

static void handler_loop(void)
{
	int id = kml_timer_start(tick, NULL, ktime_get() + HEADSTART, own.interval, 0);
	long ret;

	if (id < 0)
		fail(-id, "kml_timer_start");
	do
		ret = kml_timer_wait(id, KML_FOREVER);
	while (ret == -EINTR);
	kml_timer_stop(id);
	if (ret < 0)
		fail(-ret, "kml_timer_wait");
}

/* A smaller memory later would be the handler's SIGBUS. */
static void share(void)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW;
	struct stat st;

	if (fstat(MEASURE_FD, &st) || (fcntl(MEASURE_FD, F_GET_SEALS) & seals) != seals ||
	    st.st_size < (off_t)sizeof(*shared)) {
		fputs("kml-latency: a part of 'kml latency', which starts it\n", stderr);
		exit(2);
	}
	shared = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, MEASURE_FD, 0);
	if (shared == MAP_FAILED) {
		perror("kml-latency: mmap");
		exit(2);
	}
	own = *shared;
	own.done = 0;
	if (own.abi != MEASURE_ABI)
		fail(0, "another version of kml latency");
	if (own.mode >= MEASURE_MODES || own.loops < 1 || own.loops > MEASURE_LOOPS_MAX ||
	    own.interval < MEASURE_INTERVAL_MIN * 1000 || own.interval > MEASURE_INTERVAL_MAX * 1000 ||
	    (size_t)st.st_size < sizeof(own) + own.loops * sizeof(own.late[0]))
		fail(EINVAL, "what to measure");
}

static void prepare(void)
{
	struct sched_param param = { .sched_priority = own.fifo };
	cpu_set_t set;

	if (own.cpu >= 0) {
		if (own.cpu >= CPU_SETSIZE)
			fail(EINVAL, "CPU %d", own.cpu);
		CPU_ZERO(&set);
		CPU_SET(own.cpu, &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			fail(errno, "CPU %d", own.cpu);
	}
	/* with every page there: the first touch is not what is to be measured */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		fail(errno, "mlockall");
	prctl(PR_SET_TIMERSLACK, 1);
	if (own.fifo && sched_setscheduler(0, SCHED_FIFO, &param))
		fail(errno, "SCHED_FIFO");
}

static void measure(void)
{
	switch (own.mode) {
	case MEASURE_TRAP:
		sleep_loop(wait_trap);
		break;
	case MEASURE_GATE:
		sleep_loop(wait_gate);
		break;
	case MEASURE_HANDLER:
		handler_loop();
		break;
	case MEASURE_POLL:
		sleep_loop(own.trusted ? wait_irqs_off : wait_poll);
		break;
	}
}

int main(void)
{
	share();
	if (own.trusted && !kml_available())
		fail(0, "%s", kml_strerror(kml_state()));
	/* who may have neither the CPU nor real-time priority has no interrupts to switch off */
	if (own.trusted && !own.fifo && (own.mode == MEASURE_HANDLER || own.mode == MEASURE_POLL))
		fail(0, "needs a priority: --fifo 1 or more");
	if (!own.trusted && (kml_available() || own.mode == MEASURE_GATE || own.mode == MEASURE_HANDLER))
		fail(EINVAL, "what to measure");
	prepare();
	__atomic_store_n(&shared->state, MEASURE_RUNS, __ATOMIC_RELEASE);
	measure();
	__atomic_store_n(&shared->state, MEASURE_ENDED, __ATOMIC_RELEASE);
	return 0;
}
