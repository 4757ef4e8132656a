/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * x86_64 instructions that are worth having at kernel privilege, inline.
 *
 * Those marked "privileged" raise #GP in an ordinary process, which then gets
 * SIGSEGV: call kml_available() first.
 */
#ifndef _KML_X86_H
#define _KML_X86_H

#ifndef __x86_64__
#error "<kml/x86.h> is for x86_64 only"
#endif

#include <stdint.h>

#define KML_X86_EFLAGS_IF	0x200UL

/**
 * kml_rdtsc - time stamp counter, read not before earlier loads are done
 *
 * Use it to open a measured interval. The counter is per CPU; across CPUs
 * differences mean something only where the kernel calls the TSC reliable.
 */
static inline uint64_t kml_rdtsc(void)
{
	uint32_t lo, hi;

	__asm__ __volatile__("lfence\n\trdtsc" : "=a" (lo), "=d" (hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

/**
 * kml_rdtscp - time stamp counter, read after all earlier instructions
 * @aux: gets TSC_AUX, under Linux the node << 12 | CPU; may be NULL
 *
 * Use it to close a measured interval; later instructions do not begin
 * before it is read. A changed @aux says that the task was moved meanwhile.
 */
static inline uint64_t kml_rdtscp(uint32_t *aux)
{
	uint32_t lo, hi, cpu;

	__asm__ __volatile__("rdtscp\n\tlfence"
			     : "=a" (lo), "=d" (hi), "=c" (cpu) : : "memory");
	if (aux)
		*aux = cpu;
	return (uint64_t)hi << 32 | lo;
}

/**
 * kml_local_irq_save - privileged: disable this CPU's interrupts
 *
 * Until kml_local_irq_restore() the task is neither preempted nor moved, and
 * this CPU sees no timer, no IPI and no device. Hazards: another CPU may wait
 * for an IPI to be answered (milliseconds are noticed, seconds are reported as
 * a lockup); a page fault turns interrupts on while it is served, so touch or
 * mlock() what is used beforehand; a system call or a gated export may sleep,
 * so call leaf exports only. NMIs still come.
 *
 * Return: the flags to hand to kml_local_irq_restore().
 */
static inline unsigned long kml_local_irq_save(void)
{
	/* The builtin knows of the red zone; a bare pushf would write into it. */
	unsigned long flags = __builtin_ia32_readeflags_u64();

	__asm__ __volatile__("cli" : : : "memory");
	return flags;
}

/**
 * kml_local_irq_restore - privileged: enable interrupts if they were before
 * @flags: what kml_local_irq_save() returned
 *
 * Only IF is put back, as the kernel's own does; pairs may be nested.
 */
static inline void kml_local_irq_restore(unsigned long flags)
{
	if (flags & KML_X86_EFLAGS_IF)
		__asm__ __volatile__("sti" : : : "memory");
}

/**
 * kml_rdmsr - privileged: read a model specific register of this CPU
 * @msr: its number
 *
 * A register that the CPU lacks raises #GP: the process gets SIGSEGV. Which
 * CPU is read is up to the scheduler: pin the thread, or disable interrupts.
 */
static inline uint64_t kml_rdmsr(uint32_t msr)
{
	uint32_t lo, hi;

	__asm__ __volatile__("rdmsr" : "=a" (lo), "=d" (hi) : "c" (msr) : "memory");
	return (uint64_t)hi << 32 | lo;
}

/**
 * kml_wrmsr - privileged: write a model specific register of this CPU
 * @msr: its number
 * @val: the new value
 *
 * As kml_rdmsr(); and the kernel owns most of them: writing one that it uses
 * (GS bases, EFER, LSTAR, SPEC_CTRL, APIC, the TSC) can take the machine down.
 */
static inline void kml_wrmsr(uint32_t msr, uint64_t val)
{
	__asm__ __volatile__("wrmsr" : : "c" (msr), "a" ((uint32_t)val),
			     "d" ((uint32_t)(val >> 32)) : "memory");
}

/**
 * kml_read_cr3 - privileged: physical address of the page table, and PCID
 *
 * Stale as soon as it is read unless interrupts are off. Writing CR3 is not
 * offered: the kernel caches what is in it.
 */
static inline uint64_t kml_read_cr3(void)
{
	uint64_t val;

	__asm__ __volatile__("mov %%cr3, %0" : "=r" (val) : : "memory");
	return val;
}

/**
 * kml_read_cs - the code segment selector; works in any process
 *
 * The lowest two bits are the privilege level: 0 with KML, else 3.
 */
static inline uint16_t kml_read_cs(void)
{
	uint16_t cs;

	__asm__ __volatile__("mov %%cs, %0" : "=r" (cs));
	return cs;
}

#endif /* _KML_X86_H */
