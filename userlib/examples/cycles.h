/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The CPU's cycle counter, for the examples that measure.
 */
#ifndef CYCLES_H
#define CYCLES_H

#include <stdint.h>

#ifdef __x86_64__
#include <kml/x86.h>

static inline void cycles_start(void)
{
}

static inline uint64_t cycles(void)
{
	return kml_rdtsc();
}
#else
#include <sched.h>

#include <kml/arm.h>

/* One counter for each CPU: stay on this one. */
static inline void cycles_start(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
	kml_pmu_start();
}

/* 32 bits that wrap: take differences as uint32_t. */
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
