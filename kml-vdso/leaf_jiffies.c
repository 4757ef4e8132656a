// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note
/*
 * Leaf exports that convert jiffies, of machines that have a division: x86_64
 * and arm64. Where a jiffy is no whole number of milliseconds, the kernel's
 * functions do it.
 */
#include "leaf.h"

#define MAX_JIFFY_OFFSET	((~0UL >> 2) - 1)

/* Microseconds from tick to tick, 0 if that is no whole number of milliseconds. */
static inline u32 tick_usec(void)
{
	return *(const u32 *)(kml_this_table + TABLE_TICK_USEC);
}

GATED(jiffies_to_msecs)
unsigned int kml_leaf_jiffies_to_msecs(const unsigned long j)
{
	if (unlikely(!tick_usec()))
		return ((unsigned int (*)(unsigned long))kml_gated_jiffies_to_msecs)(j);
	return tick_usec() / 1000 * j;
}

GATED(jiffies_to_usecs)
unsigned int kml_leaf_jiffies_to_usecs(const unsigned long j)
{
	if (unlikely(!tick_usec()))
		return ((unsigned int (*)(unsigned long))kml_gated_jiffies_to_usecs)(j);
	return tick_usec() * j;
}

GATED(msecs_to_jiffies)
unsigned long kml_leaf_msecs_to_jiffies(const unsigned int m)
{
	unsigned long tick = tick_usec() / 1000;

	if (unlikely(!tick))
		return ((unsigned long (*)(unsigned int))kml_gated_msecs_to_jiffies)(m);
	/* a negative timeout is an infinite one */
	return (int)m < 0 ? MAX_JIFFY_OFFSET : (m + tick - 1) / tick;
}

GATED(usecs_to_jiffies)
unsigned long kml_leaf_usecs_to_jiffies(const unsigned int u)
{
	unsigned long tick = tick_usec();

	if (unlikely(!tick))
		return ((unsigned long (*)(unsigned int))kml_gated_usecs_to_jiffies)(u);
	/* as the kernel compares: jiffies_to_usecs(MAX_JIFFY_OFFSET) */
	if (u > (u32)(tick * MAX_JIFFY_OFFSET))
		return MAX_JIFFY_OFFSET;
	return (u + tick - 1) / tick;
}

GATED(nsecs_to_jiffies)
unsigned long kml_leaf_nsecs_to_jiffies(u64 n)
{
	if (unlikely(!tick_usec()))
		return ((unsigned long (*)(u64))kml_gated_nsecs_to_jiffies)(n);
	return n / (tick_usec() * 1000UL);
}
