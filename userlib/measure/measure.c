// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * For kml bench, which starts it as an ordinary program and from /trusted: what
 * the ways into the kernel take, in ns and in cycles of this machine.
 *
 * Prints "counter perf|tsc|none", "privileged" if it is, and for each way
 * "NAME WAY NS CYCLES": trap is the instruction for system calls, vdso and leaf
 * enter nothing, gate is a call by name. CYCLES is 0 without a counter.
 *
 * A figure is the least of many short batches less that of empty ones: what one
 * call takes when nothing comes between.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

/* of one figure */
#define BUDGET_NS	20000000UL
#define BATCH_CALLS	100
#define BATCHES_MIN	10

static int perf_fd = -1;

static unsigned long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000UL + t.tv_nsec;
}

/* Of the CPU's clock if there is a PMU that this user may ask; else, on x86_64, of the TSC. */
static unsigned long now_cycles(void)
{
	unsigned long long count = 0;

	if (perf_fd >= 0)
		return read(perf_fd, &count, sizeof(count)) < 0 ? 0 : count;
#ifdef __x86_64__
	unsigned int lo, hi;

	asm volatile("lfence; rdtsc" : "=a" (lo), "=d" (hi) : : "memory");
	count = (unsigned long long)hi << 32 | lo;
#endif
	return count;
}

static unsigned long (*stamp)(void);

#define KML
#include "calls.h"

static void vdso_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
}

BATCH(clock_vdso, vdso_clock())

static const char *open_counter(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_CPU_CYCLES,
	};

	perf_fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			  PERF_FLAG_FD_CLOEXEC);
	if (perf_fd >= 0)
		return "perf";
#ifdef __x86_64__
	return "tsc";
#else
	return "none";
#endif
}

static unsigned long least(batch_fn fn, unsigned long least)
{
	unsigned long t = fn(BATCH_CALLS);

	return t < least ? t : least;
}

static double cost(batch_fn fn, unsigned long (*clock)(void))
{
	unsigned long start = now_ns(), best = -1UL, idle = -1UL;

	stamp = clock;
	/* the count is 32 bits wide on ARM, and is back at 0 every 4 s */
	for (unsigned int i = 0; i < BATCHES_MIN || now_ns() - start < BUDGET_NS; i++) {
		best = least(fn, best);
		idle = least(empty, idle);
	}
	return best > idle ? (double)(best - idle) / BATCH_CALLS : 0;
}

static void measure(const char *name, const char *way, batch_fn fn)
{
	double ns = cost(fn, now_ns);

	printf("%s %s %.2f %.2f\n", name, way, ns, cost(fn, now_cycles));
}

static void measure_gates(void)
{
	measure("getppid", "gate", getppid_gate);
	measure("getuid", "gate", getuid_gate);
	measure("lseek", "gate", lseek_gate);
	measure("read", "gate", read_gate);
	measure("write", "gate", write_gate);
	measure("clock", "leaf", leaf);
	measure("function", "gate", call_gate);
}

int main(void)
{
	if (calls_open()) {
		fprintf(stderr, "measure: %s\n", strerror(errno));
		return 1;
	}
	printf("counter %s\n", open_counter());
	measure("getppid", "trap", getppid_trap);
	measure("getuid", "trap", getuid_trap);
	measure("lseek", "trap", lseek_trap);
	measure("read", "trap", read_trap);
	measure("write", "trap", write_trap);
	measure("clock", "vdso", clock_vdso);
	if (kml_available()) {
		puts("privileged");
		measure_gates();
	}
	return 0;
}
