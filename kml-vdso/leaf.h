/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the code of leaf exports is written with: no header of the kernel nor of
 * a C library, as the image is built where there may be neither.
 */
#ifndef KML_VDSO_LEAF_H
#define KML_VDSO_LEAF_H

#include "table.h"

typedef __INT32_TYPE__ s32;
typedef __INT64_TYPE__ s64;
typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef _Bool bool;

#define false			0
#define true			1
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define NSEC_PER_SEC		1000000000LL
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define __hidden		__attribute__((visibility("hidden")))

/* The program's and the kernel's are the same. */
struct timespec64 {
	s64 tv_sec;
	s64 tv_nsec;
};

/* The table of exports, __kml_table, at distances from which other things are. */
extern __hidden const char kml_this_table[];

/* The stub that enters the kernel's function of the name through the gate. */
#define GATED(name)	extern __hidden char kml_gated_##name[];

/* The counter that clocks are read with, not before what comes before it. */
static inline u64 read_counter(void)
{
#ifdef __x86_64__
	u32 low, high;

	__asm__ __volatile__("lfence\n\trdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
#elif defined(__aarch64__)
	u64 count, ordered;

	/* nor after what comes later: that waits for a load that depends on it */
	__asm__ __volatile__("isb\n\tmrs %0, cntvct_el0\n\teor %1, %0, %0\n\tadd %1, sp, %1\n\tldr xzr, [%1]"
			     : "=r" (count), "=&r" (ordered) : : "memory");
	return count;
#else
	u64 count;

	__asm__ __volatile__("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r" (count) : : "memory");
	return count;
#endif
}

/* Loads are in the order of the program on x86. */
static inline void read_barrier(void)
{
#ifdef __x86_64__
	__asm__ __volatile__("" : : : "memory");
#elif defined(__aarch64__)
	__asm__ __volatile__("dmb ishld" : : : "memory");
#else
	__asm__ __volatile__("dmb ish" : : : "memory");
#endif
}

#endif /* KML_VDSO_LEAF_H */
