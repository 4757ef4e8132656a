/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between kernel series. The module's code is written for the
 * newest; what an older one lacks or spells otherwise is put right here.
 */
#ifndef KML_COMPAT_H
#define KML_COMPAT_H

#include <linux/version.h>

#ifdef CONFIG_X86_64
/* pcpu_hot has fallen apart in 6.15. Operands of assembly. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define KML_CURRENT_TASK	PER_CPU_VAR(current_task)
#define KML_TOP_OF_STACK	PER_CPU_VAR(cpu_current_top_of_stack)
#define KML_PREEMPT_COUNT	PER_CPU_VAR(__preempt_count)
#else
#define KML_CURRENT_TASK	PER_CPU_VAR(pcpu_hot + X86_current_task)
#define KML_TOP_OF_STACK	PER_CPU_VAR(pcpu_hot + X86_top_of_stack)
#define KML_PREEMPT_COUNT	PER_CPU_VAR(pcpu_hot + X86_preempt_count)
#endif

/* Lazy preemption came in 6.13, and a flag of its own for restartable sequences later. */
#include <asm/thread_info.h>
#ifndef _TIF_NEED_RESCHED_LAZY
#define _TIF_NEED_RESCHED_LAZY	0
#endif
#ifndef _TIF_RSEQ
#define _TIF_RSEQ		0
#endif
#endif

/* HARDIRQ_MASK of linux/preempt.h, which assembly cannot include. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define KML_HARDIRQ_MASK	0x0f000000
#else
#define KML_HARDIRQ_MASK	0x000f0000
#endif

#ifndef __ASSEMBLER__
#include <linux/module.h>

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

/* CPUID has had a header of its own since 6.15. */
#if defined(CONFIG_X86_64) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#include <asm/cpuid/api.h>
#endif

/* 6.16 named the accessors of MSRs by their width. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define rdmsrq			rdmsrl
#define wrmsrq			wrmsrl
#define rdmsrq_safe		rdmsrl_safe
#define wrmsrq_safe		wrmsrl_safe
#define rdmsrq_safe_on_cpu	rdmsrl_safe_on_cpu
#define wrmsrq_safe_on_cpu	wrmsrl_safe_on_cpu
#endif

/* 6.19 uses LASS where the CPU has it. */
#if defined(CONFIG_X86_64) && !defined(X86_CR4_LASS)
#define X86_CR4_LASS		0
#endif

/* 6.15 gave the vDSO's data pages of their own, and took struct vdso_data apart. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define KML_VDSO_CLOCK		struct vdso_clock
#define KML_VDSO_CLOCKS_AT	offsetof(struct vdso_time_data, clock_data)
#define KML_VDSO_PAGES		__VDSO_PAGES
#else
#define KML_VDSO_CLOCK		struct vdso_data
#define KML_VDSO_CLOCKS_AT	0
#ifdef CONFIG_ARM64
#define KML_VDSO_PAGES		__VVAR_PAGES
#endif
#endif

/* 7.0 names the images in one way. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define KML_VDSO_IMAGE		"vdso64_image"
#else
#define KML_VDSO_IMAGE		"vdso_image_64"
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

#endif /* !__ASSEMBLER__ */

#endif /* KML_COMPAT_H */
