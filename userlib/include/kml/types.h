/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's type names, so that <kml/exports.h> can give prototypes as the
 * kernel writes them.
 *
 * Sizes and values here are the kernel's on every series that KML supports.
 * Structures whose layout depends on the kernel's configuration are only
 * declared: programs pass pointers to them and never look inside.
 */
#ifndef _KML_TYPES_H
#define _KML_TYPES_H

/* The C library's types below are POSIX's, not ISO C's. */
#if defined(__STRICT_ANSI__) && !defined(_DEFAULT_SOURCE) && !defined(_GNU_SOURCE)
#error "<kml/types.h>: compile with -std=gnu11 or the like, or with -D_DEFAULT_SOURCE"
#endif

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/types.h>

#include <kml/handler_abi.h>

/* Address space marks are for the kernel's checker. */
#define __user
#define __iomem
#define __percpu

#ifdef __cplusplus
extern "C" {
#endif

/* As the kernel has them: 64 bits are long long on every architecture. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

/* musl has it as a macro in <fcntl.h>, and only with _GNU_SOURCE. */
#if !defined(__GLIBC__) && !defined(loff_t)
typedef off_t loff_t;
#endif

typedef s64 ktime_t;		/* nanoseconds */
typedef s64 time64_t;
typedef unsigned int gfp_t;
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef unsigned short umode_t;

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

/*
 * The two sets of allocation flags whose bits no supported series moved;
 * GFP_ATOMIC is not one of them.
 */
#define __GFP_ZERO	((gfp_t)0x100u)
#define GFP_KERNEL	((gfp_t)0xcc0u)

/* For memremap(). */
#define MEMREMAP_WB	(1UL << 0)
#define MEMREMAP_WT	(1UL << 1)
#define MEMREMAP_WC	(1UL << 2)

/* For schedule_hrtimeout() and schedule_hrtimeout_range(). */
enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0,
	HRTIMER_MODE_REL = 1,
};

#ifdef __cplusplus
}
#endif

#endif /* _KML_TYPES_H */
