// SPDX-License-Identifier: GPL-2.0-only
/*
 * All 32 VFP and NEON registers of a thread survive other threads that use
 * them, signal handlers that use them, and calls through the gates that sleep.
 * The unit is switched lazily: a hole shows as another thread's numbers.
 *
 * link: kml
 * run: both
 * depends: cpu debug
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define THREADS 6

static volatile bool stop;
static volatile sig_atomic_t alarms;

struct registers {
	uint64_t d[32];
};

static void set(const struct registers *from)
{
	asm volatile(".fpu neon\n vldm %0!, {d0-d15}\n vldm %0, {d16-d31}\n"
		     : "+r" (from) : : "memory");
}

static void get(struct registers *to)
{
	asm volatile(".fpu neon\n vstm %0!, {d0-d15}\n vstm %0, {d16-d31}\n"
		     : "+r" (to) : : "memory");
}

static void fill(struct registers *registers, uint64_t seed)
{
	int i;

	for (i = 0; i < 32; i++)
		registers->d[i] = (seed + i) * 0x9e3779b97f4a7c15ULL;
}

/* Integer code only between the two, so that nothing else uses the registers. */
__attribute__((noipa, target("general-regs-only")))
static void spin(unsigned long rounds)
{
	while (rounds--)
		asm volatile("");
}

static void on_alarm(int sig)
{
	struct registers mine;

	(void)sig;
	fill(&mine, 0xa1a2a3);
	set(&mine);
	alarms++;
}

/* How often a register was not as it had been. */
static void *work(void *arg)
{
	struct registers want, have;
	unsigned long seed = (unsigned long)arg, wrong = 0, n;

	for (n = 0; !stop; n++) {
		fill(&want, seed + n);
		set(&want);
		spin(20000);
		get(&have);
		wrong += memcmp(&want, &have, sizeof(want)) != 0;
	}
	return (void *)(n ? wrong : 1);
}

/* d8 to d15 belong to the caller of any function, so also of a gated one. */
static void *gated(void *arg)
{
	struct registers want, have;
	unsigned long seed = (unsigned long)arg, wrong = 0, n;

	for (n = 0; !stop; n++) {
		fill(&want, seed + n);
		set(&want);
		if (n & 1)
			msleep(2);
		else
			sys_getppid();
		get(&have);
		wrong += memcmp(want.d + 8, have.d + 8, 8 * sizeof(want.d[0])) != 0;
	}
	return (void *)(n ? wrong : 1);
}

static void sleep_for(long seconds)
{
	struct timespec left = { seconds, 0 };

	while (nanosleep(&left, &left))
		;
}

int main(void)
{
	struct itimerval every = { { 0, 2000 }, { 0, 2000 } }, never = { };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	pthread_t threads[THREADS];
	unsigned long wrong = 0, i;
	void *result;

	ktap_start();
	ktap_check_privilege();
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, i < 2 && ktap_trusted() ? gated : work,
			       (void *)(i << 16));
	sleep_for(3);
	stop = true;
	setitimer(ITIMER_REAL, &never, NULL);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		wrong += (unsigned long)result;
	}
	ktap_ok(alarms > 50, "%d signals came", (int)alarms);
	ktap_ok(!wrong, "the registers of %d threads are their own, %lu wrong", THREADS, wrong);
	return ktap_end();
}
