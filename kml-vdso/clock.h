/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the kernel keeps for its own vDSO to read clocks from, struct vdso_data
 * of vdso/datapage.h. The image's code has no headers of the kernel;
 * kml-mod/clocks.c compares each field.
 */
#ifndef KML_VDSO_CLOCK_H
#define KML_VDSO_CLOCK_H

/* clock_mode: only the kernel can read the clock; TSC or arm's counter; a page of a time namespace */
#define KML_CLOCK_NONE		0
#define KML_CLOCK_COUNTER	1
#define KML_CLOCK_TIMENS	0x7fffffff

#define KML_CLOCK_BASES		12

/**
 * struct kml_clock_base - the time of a clock at @cycle_last
 * @sec: seconds
 * @nsec: nanoseconds, shifted if the clock is no coarse one
 */
struct kml_clock_base {
	unsigned long long sec;
	unsigned long long nsec;
};

/**
 * struct kml_clock_data - clocks, written by the kernel
 * @seq: odd while it is being changed, and in a time namespace
 * @clock_mode: KML_CLOCK_*, or another counter that the stock vDSO's code knows
 * @cycle_last: the counter at the last change
 * @max_cycles: how many later it may be read
 * @mask: of its bits that count
 * @mult: multiplier from cycles to shifted nanoseconds
 * @shift: and that shift
 * @base: by the clock's number
 */
struct kml_clock_data {
	unsigned int seq;
	int clock_mode;
	unsigned long long cycle_last;
#ifdef __x86_64__
	unsigned long long max_cycles;
#endif
	unsigned long long mask;
	unsigned int mult;
	unsigned int shift;
	struct kml_clock_base base[KML_CLOCK_BASES];
};

#endif /* KML_VDSO_CLOCK_H */
