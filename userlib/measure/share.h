/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kml latency and the program that it measures (latency.c) agree on. The
 * latter gets a memfd, whose size is sealed, as descriptor 3.
 */
#ifndef KML_SHARE_H
#define KML_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#define MEASURE_FD	3
/* Another number when struct measure changes: the copies in /trusted may be old. */
#define MEASURE_ABI	1

#define MEASURE_INTERVAL_MIN	200
#define MEASURE_INTERVAL_MAX	1000000
#define MEASURE_LOOPS_MAX	10000000
#define MEASURE_HISTOGRAM_MAX	1000000
/* A handler that ran for so long without an end is not waited for. */
#define MEASURE_STALL_S		5
#define CPU_MAX			4095

/* Polling begins so long before the time. */
#define MEASURE_POLL_NS		100000

/* How to wait. */
enum measure_mode {
	MEASURE_TRAP,
	MEASURE_GATE,
	MEASURE_HANDLER,
	MEASURE_POLL,
	MEASURE_MODES,
};

/* What the program says of itself. */
enum measure_state {
	MEASURE_BEGINS,
	MEASURE_RUNS,
	MEASURE_ENDED,
	MEASURE_FAILED,
};

/**
 * struct measure - one measurement
 * @abi: MEASURE_ABI
 * @mode: enum measure_mode
 * @trusted: to be made at kernel privilege
 * @interval: ns between two times
 * @loops: how many
 * @cpu: the only one to run on, or -1
 * @fifo: priority of SCHED_FIFO, 0 for none
 * @state: enum measure_state
 * @error: an errno, or 0
 * @problem: what it was when @state is MEASURE_FAILED
 * @done: how many of @late there are
 * @late: by how many ns the program heard late of each
 */
struct measure {
	uint32_t abi;
	uint32_t mode;
	uint32_t trusted;
	uint32_t interval;
	uint32_t loops;
	int32_t cpu;
	int32_t fifo;
	uint32_t state;
	int32_t error;
	char problem[100];
	uint32_t done;
	int32_t late[];
};

#endif /* KML_SHARE_H */
