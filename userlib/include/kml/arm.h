/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ARMv7 instructions that are worth having at kernel privilege, inline; in
 * ARM and in Thumb state.
 *
 * Those marked "privileged" are undefined in an ordinary process, which then
 * gets SIGILL, or do nothing there: call kml_available() first.
 */
#ifndef _KML_ARM_H
#define _KML_ARM_H

#ifndef __arm__
#error "<kml/arm.h> is for 32-bit ARM only"
#endif

#include <stdint.h>

#define KML_ARM_MODE_MASK	0x1fU
#define KML_ARM_MODE_USR	0x10U
#define KML_ARM_MODE_SYS	0x1fU
#define KML_ARM_PSR_I		0x80UL

/**
 * kml_read_cpsr - the program status register; works in any process
 *
 * The mode, KML_ARM_MODE_MASK of it, is KML_ARM_MODE_SYS with KML, else
 * KML_ARM_MODE_USR.
 */
static inline uint32_t kml_read_cpsr(void)
{
	uint32_t psr;

	__asm__ __volatile__("mrs %0, cpsr" : "=r" (psr));
	return psr;
}

/**
 * kml_local_irq_save - privileged: disable this CPU's interrupts
 *
 * Until kml_local_irq_restore() the task is neither preempted nor moved, and
 * this CPU sees no timer, no IPI and no device. Hazards: another CPU may wait
 * for an IPI to be answered (milliseconds are noticed, seconds are reported as
 * a lockup); a page fault, a system call or a gated export turns interrupts
 * on, and they stay on: touch or mlock() what is used beforehand, and call
 * leaf exports only. Does nothing in an ordinary process.
 *
 * Return: the flags to hand to kml_local_irq_restore().
 */
static inline unsigned long kml_local_irq_save(void)
{
	unsigned long flags = kml_read_cpsr();

	__asm__ __volatile__("cpsid i" : : : "memory");
	return flags;
}

/**
 * kml_local_irq_restore - privileged: enable interrupts if they were before
 * @flags: what kml_local_irq_save() returned
 *
 * Only the I bit is put back; pairs may be nested.
 */
static inline void kml_local_irq_restore(unsigned long flags)
{
	if (!(flags & KML_ARM_PSR_I))
		__asm__ __volatile__("cpsie i" : : : "memory");
}

/**
 * kml_read_cntvct - the virtual counter of the generic timer
 *
 * Runs at a fixed rate, kml_read_cntfrq() ticks a second, the same on all
 * CPUs. Works in any process where the kernel lets user space read it. CPUs
 * without the timer, such as the Cortex-A9, raise SIGILL.
 */
static inline uint64_t kml_read_cntvct(void)
{
	uint32_t lo, hi;

	__asm__ __volatile__("isb\n\tmrrc p15, 1, %0, %1, c14"
			     : "=r" (lo), "=r" (hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

/**
 * kml_read_cntfrq - ticks a second of the generic timer
 */
static inline uint32_t kml_read_cntfrq(void)
{
	uint32_t hz;

	__asm__ __volatile__("mrc p15, 0, %0, c14, c0, 0" : "=r" (hz));
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
	uint32_t control;

	__asm__ __volatile__("mrc p15, 0, %0, c9, c12, 0" : "=r" (control));
	control |= 1;
	__asm__ __volatile__("mcr p15, 0, %0, c9, c12, 0\n\t"	/* PMCR.E */
			     "mcr p15, 0, %1, c9, c12, 1\n\t"	/* PMCNTENSET.C */
			     "isb"
			     : : "r" (control), "r" (1U << 31) : "memory");
}

/**
 * kml_read_ccnt - privileged: this CPU's cycle counter
 *
 * Not before all earlier instructions are done. 32 bits: wraps after seconds.
 */
static inline uint32_t kml_read_ccnt(void)
{
	uint32_t cycles;

	__asm__ __volatile__("isb\n\tmrc p15, 0, %0, c9, c13, 0"
			     : "=r" (cycles) : : "memory");
	return cycles;
}

/**
 * kml_read_ttbr0 - privileged: what walks of the user's page table start from
 *
 * Of the 32-bit form, also under LPAE. Stale as soon as it is read unless
 * interrupts are off; the kernel may keep a reserved table there for moments.
 */
static inline uint32_t kml_read_ttbr0(void)
{
	uint32_t val;

	__asm__ __volatile__("mrc p15, 0, %0, c2, c0, 0" : "=r" (val) : : "memory");
	return val;
}

#endif /* _KML_ARM_H */
