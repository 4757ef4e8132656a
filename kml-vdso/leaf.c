// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note
/*
 * Leaf exports that only compute: code of the image, which a program calls as
 * its own, with the same results as the kernel's functions.
 *
 * Nothing in the files leaf*.c takes a lock, has data or uses floating point
 * registers, so all of it may be called with interrupts off.
 */
#include "leaf.h"

/* kernel/time/time.c */
void kml_leaf_set_normalized_timespec64(struct timespec64 *ts, s64 sec, s64 nsec)
{
	while (nsec >= NSEC_PER_SEC) {
		/* or the compiler makes a division of it, which ARM has not */
		__asm__("" : "+r" (nsec));
		nsec -= NSEC_PER_SEC;
		++sec;
	}
	while (nsec < 0) {
		__asm__("" : "+r" (nsec));
		nsec += NSEC_PER_SEC;
		--sec;
	}
	ts->tv_sec = sec;
	ts->tv_nsec = nsec;
}

/* kernel/time/time.c: Gauss, with March as the first month */
s64 kml_leaf_mktime64(const unsigned int year0, const unsigned int mon0,
		      const unsigned int day, const unsigned int hour,
		      const unsigned int min, const unsigned int sec)
{
	unsigned int mon = mon0, year = year0;

	mon -= 2;
	if ((int)mon <= 0) {
		mon += 12;
		year -= 1;
	}
	return ((((s64)(year / 4 - year / 100 + year / 400 + 367 * mon / 12 +
			day) + year * 365 - 719499) * 24 + hour) * 60 + min) *
	       60 + sec;
}

/* lib/math/int_sqrt.c */
unsigned long kml_leaf_int_sqrt(unsigned long x)
{
	unsigned long b, m, y = 0;

	if (x <= 1)
		return x;
	m = 1UL << ((sizeof(x) * 8 - 1 - __builtin_clzl(x)) & ~1UL);
	while (m != 0) {
		b = y + m;
		y >>= 1;
		if (x >= b) {
			x -= b;
			y += m;
		}
		m >>= 2;
	}
	return y;
}
