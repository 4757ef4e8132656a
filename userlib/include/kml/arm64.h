/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arm64 instructions that are worth having at kernel privilege, inline.
 *
 * Those marked "privileged" are undefined in an ordinary process, which then
 * gets SIGILL: call kml_available() first.
 */
#ifndef _KML_ARM64_H
#define _KML_ARM64_H

#ifndef __aarch64__
#error "<kml/arm64.h> is for 64-bit ARM only"
#endif

#include <stdint.h>

#define KML_ARM64_PSR_I		0x80UL

/**
 * kml_read_currentel - privileged: the exception level, 1 or 2
 *
 * 2 where the kernel runs at EL2, as it does with virtualization extensions.
 */
static inline unsigned int kml_read_currentel(void)
{
	uint64_t el;

	__asm__ __volatile__("mrs %0, CurrentEL" : "=r" (el));
	return el >> 2;
}

/**
 * kml_local_irq_save - privileged: disable this CPU's interrupts
 *
 * Until kml_local_irq_restore() the task is neither preempted nor moved, and
 * this CPU sees no timer, no IPI and no device. Hazards: another CPU may wait
 * for an IPI to be answered (milliseconds are noticed, seconds are reported as
 * a lockup); a page fault, a system call or a gated export turns interrupts
 * on, and they stay on: touch or mlock() what is used beforehand, and call
 * leaf exports only.
 *
 * Return: the flags to hand to kml_local_irq_restore().
 */
static inline unsigned long kml_local_irq_save(void)
{
	unsigned long flags;

	__asm__ __volatile__("mrs %0, daif\n\tmsr daifset, #3" : "=r" (flags) : : "memory");
	return flags;
}

/**
 * kml_local_irq_restore - privileged: enable interrupts if they were before
 * @flags: what kml_local_irq_save() returned
 *
 * Only interrupts are put back; pairs may be nested.
 */
static inline void kml_local_irq_restore(unsigned long flags)
{
	if (!(flags & KML_ARM64_PSR_I))
		__asm__ __volatile__("msr daifclr, #3" : : : "memory");
}

/**
 * kml_read_cntvct - the virtual counter of the generic timer
 *
 * Runs at a fixed rate, kml_read_cntfrq() ticks a second, the same on all
 * CPUs. Works in any process where the kernel lets user space read it.
 */
static inline uint64_t kml_read_cntvct(void)
{
	uint64_t count;

	__asm__ __volatile__("isb\n\tmrs %0, cntvct_el0" : "=r" (count) : : "memory");
	return count;
}

/**
 * kml_read_cntfrq - ticks a second of the generic timer
 */
static inline uint32_t kml_read_cntfrq(void)
{
	uint64_t hz;

	__asm__ __volatile__("mrs %0, cntfrq_el0" : "=r" (hz));
	return hz;
}

/**
 * kml_pmu_start - privileged: let this CPU's cycle counter run
 *
 * The counter is one per CPU and nobody's in particular: perf uses it too, and
 * the kernel may stop it when the CPU sleeps. Pin the thread, start it, and
 * measure intervals without sleeping.
 */
static inline void kml_pmu_start(void)
{
	uint64_t control;

	__asm__ __volatile__("mrs %0, pmcr_el0" : "=r" (control));
	control |= 0x41;					/* E, LC: 64 bits */
	__asm__ __volatile__("msr pmccfiltr_el0, %0\n\t"	/* EL2, too */
			     "msr pmcr_el0, %1\n\t"
			     "msr pmcntenset_el0, %2\n\t"
			     "isb"
			     : : "r" (1UL << 27), "r" (control), "r" (1UL << 31) : "memory");
}

/**
 * kml_read_ccnt - privileged: this CPU's cycle counter
 *
 * Not before all earlier instructions are done.
 */
static inline uint64_t kml_read_ccnt(void)
{
	uint64_t cycles;

	__asm__ __volatile__("isb\n\tmrs %0, pmccntr_el0" : "=r" (cycles) : : "memory");
	return cycles;
}

/**
 * kml_read_ttbr0 - privileged: what walks of the user's page table start from
 *
 * Stale as soon as it is read unless interrupts are off; the kernel may keep a
 * reserved table there for moments.
 */
static inline uint64_t kml_read_ttbr0(void)
{
	uint64_t val;

	__asm__ __volatile__("mrs %0, ttbr0_el1" : "=r" (val) : : "memory");
	return val;
}

#endif /* _KML_ARM64_H */
