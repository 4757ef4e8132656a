/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between kernel series. The module's code is written for the
 * newest; what an older one lacks or spells otherwise is put right here.
 */
#ifndef KML_COMPAT_H
#define KML_COMPAT_H

#include <linux/module.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define KML_IMPORT_NS	MODULE_IMPORT_NS("KML")
#else
#define KML_IMPORT_NS	MODULE_IMPORT_NS(KML)
#endif

/* 6.16 made the attribute const, which 6.13 had begun in read_new(). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define KML_BIN_ATTRIBUTE	const struct bin_attribute
#else
#define KML_BIN_ATTRIBUTE	struct bin_attribute
#endif

/* 6.13 made one function of two steps; 6.15 has no other. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define kml_hrtimer_setup	hrtimer_setup
#else
#define kml_hrtimer_setup(timer, fn, clock, mode)	\
({							\
	struct hrtimer *__timer = (timer);		\
							\
	hrtimer_init(__timer, clock, mode);		\
	__timer->function = (fn);			\
})
#endif

#endif /* KML_COMPAT_H */
