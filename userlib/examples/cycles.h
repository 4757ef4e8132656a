/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The CPU's cycle counter, for the examples that measure.
 */
#ifndef CYCLES_H
#define CYCLES_H

#include <stdint.h>

#ifdef __x86_64__
#include <kml/x86.h>

/* Returns 0, or -1 after a message: the CPU has no counter that counts. */
static inline int cycles_start(void)
{
	return 0;
}

static inline uint64_t cycles(void)
{
	return kml_rdtsc();
}
#else
#include <sched.h>
#include <stdio.h>

#ifdef __aarch64__
#include <kml/arm64.h>
#else
#include <kml/arm.h>
#endif

/* One counter for each CPU: stay on this one. QEMU's Cortex-A9 reads as 0. */
static inline int cycles_start(void)
{
	cpu_set_t set;
	uint32_t first;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
	kml_pmu_start();
	first = kml_read_ccnt();
	for (volatile int i = 0; i < 10000; i++)
		;
	if (kml_read_ccnt() != first)
		return 0;
	fprintf(stderr, "the cycle counter of this CPU does not count\n");
	return -1;
}

/* 32 bits that wrap, on arm64 more: take differences as uint32_t. */
static inline uint64_t cycles(void)
{
	return kml_read_ccnt();
}
#endif

/* What was between two readings that are not further apart than seconds. */
static inline uint64_t cycles_between(uint64_t from, uint64_t to)
{
#ifdef __x86_64__
	return to - from;
#else
	return (uint32_t)(to - from);
#endif
}

#endif /* CYCLES_H */
