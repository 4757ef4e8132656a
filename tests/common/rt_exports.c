// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program that must be on time arranges by calls: its policy, its CPU,
 * an interrupt's CPU, and sleeps without drift.
 *
 * link: kml
 * depends: cpu debug rt
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define MS	1000000LL
#define PERIODS	50

/* struct sched_attr, which some C libraries have and others do not. */
struct attr {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t deadline[3];
	uint32_t clamp[2];
};

#define VERSION_0	offsetof(struct attr, clamp)

/* Larger than any kernel's mask of CPUs. */
static unsigned long mask[128];

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static int set(const struct attr *attr)
{
	return sched_setattr_nocheck(get_current(), (const struct sched_attr *)attr);
}

static void test_policy(void)
{
	struct attr attr = { .size = sizeof(attr), .policy = SCHED_FIFO, .priority = 42 }, got = { };

	ktap_ok(!set(&attr), "sched_setattr_nocheck(): SCHED_FIFO");
	syscall(SYS_sched_getattr, 0, &got, sizeof(got), 0);
	ktap_ok(got.policy == SCHED_FIFO && got.priority == 42, "policy %u, priority %u", got.policy, got.priority);
	attr.priority = 100;
	ktap_ok(set(&attr) == -EINVAL, "no priority 100");
	attr.size = VERSION_0 - 1;
	ktap_ok(set(&attr) == -EINVAL, "what is too small");
	attr.size = 4096;
	ktap_ok(set(&attr) == -E2BIG, "what a later kernel knows");
	attr = (struct attr) { .size = VERSION_0, .policy = SCHED_OTHER, .nice = 3 };
	ktap_ok(!set(&attr), "of an older program: SCHED_OTHER");
	syscall(SYS_sched_getattr, 0, &got, sizeof(got), 0);
	ktap_ok(got.policy == SCHED_OTHER && got.nice == 3, "policy %u, nice %d", got.policy, got.nice);
}

static void test_cpu(void)
{
	cpu_set_t set;
	unsigned int wrong = 0;
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	for (int i = 0; i < 100 * n; i++) {
		CPU_ZERO(&set);
		CPU_SET(i % n, &set);
		wrong += sched_setaffinity(0, sizeof(set), &set) != 0;
		wrong += smp_processor_id() != (unsigned int)(i % n);
	}
	ktap_ok(!wrong, "smp_processor_id() on %ld processors: %u wrong", n, wrong);
	CPU_ZERO(&set);
	for (int i = 0; i < n; i++)
		CPU_SET(i, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* The list of CPUs that an interrupt may go to, as a mask. */
static unsigned long affinity(int irq)
{
	unsigned long value = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity", irq);
	file = fopen(path, "r");
	if (file && fscanf(file, "%lx", &value) != 1)
		value = 0;
	if (file)
		fclose(file);
	return value;
}

/* Some interrupts cannot be moved; which can depends on the board. */
static void test_irq(void)
{
	DIR *dir = opendir("/proc/irq");
	unsigned int moved = 0, wrong = 0;
	struct dirent *d;

	ktap_ok(irq_set_affinity(1000000, (void *)mask) == -EINVAL, "irq_set_affinity(): no such interrupt");
	while (dir && (d = readdir(dir))) {
		int irq = atoi(d->d_name);
		unsigned long old = affinity(irq);

		/* by name: "." and "default_smp_affinity" are not */
		if (d->d_name[0] < '0' || d->d_name[0] > '9' || !old)
			continue;
		for (int cpu = 1; cpu >= 0; cpu--) {
			mask[0] = 1UL << cpu;
			if (irq_set_affinity(irq, (void *)mask))
				continue;
			moved++;
			wrong += affinity(irq) != mask[0];
		}
		mask[0] = old;
		irq_set_affinity(irq, (void *)mask);
	}
	if (dir)
		closedir(dir);
	ktap_ok(moved && !wrong, "interrupts moved %u times: %u wrong", moved, wrong);
}

/* How long each period's work takes does not add up. */
static void test_sleep(void)
{
	long long first = now() + 5 * MS, at = first, early = 0, end;

	for (int i = 0; i < PERIODS; i++, at += 2 * MS) {
		early += kml_sleep_until(at, 0) != 0;
		early += now() < at;
		udelay(300);
	}
	end = now();
	ktap_ok(!early, "kml_sleep_until() is never early");
	ktap_ok(end >= first + (PERIODS - 1) * 2 * MS, "%d periods of 2 ms took %lld ms", PERIODS, (end - first) / MS);
	at = now();
	ktap_ok(!kml_sleep_until(at - MS, 0), "what has passed is no wait");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	test_policy();
	test_cpu();
	test_irq();
	test_sleep();
	return ktap_end();
}
