// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note
/*
 * Leaf exports that read clocks, from the data that the kernel keeps for its
 * own vDSO and with the counter that each machine has. Another counter is left
 * to the stock vDSO's code, which lies below the image; and what that cannot
 * read, or would read for a time namespace, to the kernel's function, which is
 * called through the gate.
 */
#include "leaf.h"
#include "clock.h"

/* As linux/time.h has them. */
#define CLOCK_REALTIME		0
#define CLOCK_MONOTONIC		1
#define CLOCK_MONOTONIC_RAW	4
#define CLOCK_REALTIME_COARSE	5
#define CLOCK_MONOTONIC_COARSE	6
#define CLOCK_BOOTTIME		7
#define CLOCK_TAI		11

/* What the table has the distance of at a place. */
static inline const void *in_table(int place)
{
	const char *table = kml_this_table;

	return table + *(const s32 *)(table + place);
}

/* Does the stock vDSO read this clock, and without a namespace's offset? */
static inline bool stock_reads(const struct kml_clock_data *data)
{
	s32 mode = READ_ONCE(data->clock_mode);

	return mode != KML_CLOCK_NONE && mode != KML_CLOCK_TIMENS &&
	       *(const s32 *)(kml_this_table + TABLE_CLOCK_GETTIME);
}

static inline void stock_read(int clock, struct timespec64 *ts)
{
	int (*gettime)(int clock, struct timespec64 *ts) =
		in_table(TABLE_CLOCK_GETTIME);

	gettime(clock, ts);
}

/* Out of line, so that the usual way needs no stack. */
static __attribute__((noinline)) s64
read_slowly(const struct kml_clock_data *data, int clock, s64 (*gate)(void))
{
	struct timespec64 ts;

	if (READ_ONCE(data->clock_mode) == KML_CLOCK_COUNTER ||
	    !stock_reads(data))
		return gate();
	stock_read(clock, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/*
 * Waits while another CPU, which has interrupts off, changes the data: the gate
 * would allow the interrupts that a caller may have turned off. False where it
 * would be for ever: in a time namespace, whose page always looks as if it were
 * being changed, and without clocks, at the table itself, whose magic is odd.
 */
static inline __attribute__((always_inline)) bool read_begin(const struct kml_clock_data *data, u32 *seq)
{
	while (unlikely((*seq = READ_ONCE(data->seq)) & 1))
		if (READ_ONCE(data->clock_mode) == KML_CLOCK_TIMENS ||
		    (const char *)data == kml_this_table)
			return false;
	read_barrier();
	return true;
}

/* lib/vdso/gettimeofday.c, do_hres() */
static inline __attribute__((always_inline)) s64 read_ns(int place, int clock, s64 (*gate)(void))
{
	const struct kml_clock_data *data = in_table(place);
	const struct kml_clock_base *base = &data->base[clock];
	u64 delta, ns;
	u32 seq;

	do {
		if (unlikely(!read_begin(data, &seq)))
			return gate();
		if (unlikely(READ_ONCE(data->clock_mode) != KML_CLOCK_COUNTER))
			return read_slowly(data, clock, gate);
		delta = read_counter() - data->cycle_last;
#ifdef __x86_64__
		/* also a counter that is behind that of another CPU */
		if (unlikely(delta > data->max_cycles) &&
		    READ_ONCE(data->seq) == seq)
			return read_slowly(data, clock, gate);
#else
		delta &= data->mask;
#endif
		ns = ((delta * data->mult + base->nsec) >> data->shift) +
		     base->sec * NSEC_PER_SEC;
		read_barrier();
	} while (unlikely(READ_ONCE(data->seq) != seq));
	return ns;
}

/* The clock as it was at the last tick, which needs no counter. */
static inline __attribute__((always_inline)) bool read_coarse(int clock, struct timespec64 *ts)
{
	const struct kml_clock_data *data = in_table(TABLE_CLOCK);
	const struct kml_clock_base *base = &data->base[clock];
	u32 seq;

	do {
		if (unlikely(!read_begin(data, &seq)))
			return false;
		ts->tv_sec = base->sec;
		ts->tv_nsec = base->nsec;
		read_barrier();
	} while (unlikely(READ_ONCE(data->seq) != seq));
	return true;
}

#define LEAF_NS(name, place, clock)					\
s64 kml_leaf_##name(void)						\
{									\
	return read_ns(place, clock, (s64 (*)(void))kml_gated_##name);	\
}

#define LEAF_TS(name, clock)						\
void kml_leaf_##name(struct timespec64 *ts)				\
{									\
	if (stock_reads(in_table(TABLE_CLOCK)))				\
		stock_read(clock, ts);					\
	else								\
		((void (*)(struct timespec64 *))kml_gated_##name)(ts);	\
}

#define LEAF_COARSE(name, clock, result)				\
s64 kml_leaf_##name(void)						\
{									\
	struct timespec64 ts;						\
									\
	if (unlikely(!read_coarse(clock, &ts)))				\
		return ((s64 (*)(void))kml_gated_##name)();		\
	return result;							\
}

#define LEAF_COARSE_TS(name, clock)					\
void kml_leaf_##name(struct timespec64 *ts)				\
{									\
	if (unlikely(!read_coarse(clock, ts)))				\
		((void (*)(struct timespec64 *))kml_gated_##name)(ts);	\
}

GATED(ktime_get)
LEAF_NS(ktime_get, TABLE_CLOCK, CLOCK_MONOTONIC)
GATED(ktime_get_raw)
LEAF_NS(ktime_get_raw, TABLE_CLOCK_RAW, CLOCK_MONOTONIC_RAW)
GATED(ktime_get_real)
LEAF_NS(ktime_get_real, TABLE_CLOCK, CLOCK_REALTIME)
GATED(ktime_get_boottime)
LEAF_NS(ktime_get_boottime, TABLE_CLOCK, CLOCK_BOOTTIME)
GATED(ktime_get_clocktai)
LEAF_NS(ktime_get_clocktai, TABLE_CLOCK, CLOCK_TAI)
GATED(ktime_get_mono_fast_ns)
LEAF_NS(ktime_get_mono_fast_ns, TABLE_CLOCK, CLOCK_MONOTONIC)
GATED(ktime_get_raw_fast_ns)
LEAF_NS(ktime_get_raw_fast_ns, TABLE_CLOCK_RAW, CLOCK_MONOTONIC_RAW)
GATED(ktime_get_boot_fast_ns)
LEAF_NS(ktime_get_boot_fast_ns, TABLE_CLOCK, CLOCK_BOOTTIME)
GATED(ktime_get_real_fast_ns)
LEAF_NS(ktime_get_real_fast_ns, TABLE_CLOCK, CLOCK_REALTIME)

GATED(ktime_get_ts64)
LEAF_TS(ktime_get_ts64, CLOCK_MONOTONIC)
GATED(ktime_get_real_ts64)
LEAF_TS(ktime_get_real_ts64, CLOCK_REALTIME)
GATED(ktime_get_raw_ts64)
LEAF_TS(ktime_get_raw_ts64, CLOCK_MONOTONIC_RAW)

GATED(ktime_get_coarse)
LEAF_COARSE(ktime_get_coarse, CLOCK_MONOTONIC_COARSE,
	    ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec)
GATED(ktime_get_seconds)
LEAF_COARSE(ktime_get_seconds, CLOCK_MONOTONIC_COARSE, ts.tv_sec)
GATED(ktime_get_real_seconds)
LEAF_COARSE(ktime_get_real_seconds, CLOCK_REALTIME_COARSE, ts.tv_sec)
GATED(ktime_get_coarse_ts64)
LEAF_COARSE_TS(ktime_get_coarse_ts64, CLOCK_MONOTONIC_COARSE)
GATED(ktime_get_coarse_real_ts64)
LEAF_COARSE_TS(ktime_get_coarse_real_ts64, CLOCK_REALTIME_COARSE)
