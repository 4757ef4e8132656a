// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a handler that does not end: on ARM no interrupt that can be
 * counted on reaches a CPU that takes none. So another CPU makes the program's
 * memory not executable. The next instruction of the handler that is not in the
 * TLB any more is a fault, which is the end of the handler, and then its memory
 * is what it was.
 *
 * Threads of the program fault meanwhile, as if by a stale TLB: they try again
 * until it is over.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/sched/clock.h>
#include <linux/spinlock.h>
#include <linux/time64.h>
#include <asm/barrier.h>
#include <asm/pgtable-hwdef.h>
#include <asm/tlbflush.h>

#include "handler.h"

/* How long a handler may run, in ms. */
#define LIMIT	1000

/**
 * struct revoke - of the handler that a CPU runs
 * @lock: who holds it finds @mm in use
 * @mm: the handler's, or NULL
 * @done: it is not executable, or about to be
 */
struct revoke {
	raw_spinlock_t lock;	/* @mm, @done */
	struct mm_struct *mm;
	bool done;
};

static DEFINE_PER_CPU(struct revoke, revoke);

/*
 * Entries are changed without the locks for page tables, which the handler may
 * have interrupted the holder of. An entry that somebody else changes as well
 * stays as that one writes it.
 */
#if defined(CONFIG_ARM64)
/*
 * One bit of the entries of the first level is about all that is below. How many
 * there are is what the address bits leave for that level.
 */
static void set_executable(struct mm_struct *mm, bool on)
{
	const unsigned int bits = PAGE_SHIFT - 3;
	unsigned int i, first = (vabits_actual - PAGE_SHIFT) % bits ?: bits;

	for (i = 0; i < 1U << first; i++) {
		u64 *entry = (u64 *)mm->pgd + i;
		u64 old = READ_ONCE(*entry);

		if ((old & PMD_TYPE_MASK) != PMD_TYPE_TABLE)
			continue;
		cmpxchg(entry, old,
			on ? old & ~PMD_TABLE_PXN : old | PMD_TABLE_PXN);
	}
}
#elif defined(CONFIG_ARM_LPAE)
/* One bit of the entries of the upper level is about all that is below. */
static void set_executable(struct mm_struct *mm, bool on)
{
	unsigned long addr;

	for (addr = 0; addr < TASK_SIZE; addr += PMD_SIZE) {
		pud_t *pud = pud_offset(p4d_offset(pgd_offset(mm, addr), addr),
					addr);
		pmdval_t *pmd, bit, old;

		if (pud_none(*pud))
			continue;
		pmd = (pmdval_t *)pmd_offset(pud, addr);
		old = READ_ONCE(*pmd);
		if (!(old & PMD_TYPE_MASK))
			continue;
		bit = (old & PMD_TYPE_MASK) == PMD_TYPE_TABLE ? PMD_PXNTABLE :
								PTE_EXT_PXN;
		cmpxchg64(pmd, old, on ? old & ~bit : old | bit);
	}
}
#else
/*
 * Not every CPU of this kind has a bit for it in the upper level. Linux has its
 * own entries before those of the hardware, so what they were is known.
 */
static void set_entries(pteval_t *table, bool on)
{
	unsigned int i;

	for (i = 0; i < PTRS_PER_PTE; i++) {
		pteval_t *pte = table + PTE_HWTABLE_PTRS + i;
		pteval_t old = READ_ONCE(*pte);

		if (!(old & PTE_TYPE_SMALL))
			continue;
		if (!on)
			cmpxchg(pte, old, old | PTE_EXT_XN);
		else if (!(READ_ONCE(table[i]) & L_PTE_XN))
			cmpxchg(pte, old, old & ~PTE_EXT_XN);
	}
}

static void set_executable(struct mm_struct *mm, bool on)
{
	unsigned long addr;

	for (addr = 0; addr < TASK_SIZE; addr += PMD_SIZE) {
		pmd_t pmd = READ_ONCE(*pmd_off(mm, addr));
		void *table;

		if ((pmd_val(pmd) & PMD_TYPE_MASK) != PMD_TYPE_TABLE)
			continue;
		table = kmap_local_page(pmd_page(pmd));
		set_entries(table, on);
		kunmap_local(table);
	}
}
#endif

/* Of all CPUs, and without asking them: one of them does not answer. */
static void flush_tlbs(void)
{
	dsb(ishst);
#ifdef CONFIG_ARM64
	__tlbi(vmalle1is);
#else
	asm volatile("mcr p15, 0, %0, c8, c3, 0" : : "r" (0));
#endif
	dsb(ish);
	isb();
}

/* A clock for kml_arch_limit(). */
u64 kml_arch_cycles(void)
{
	return sched_clock();
}

u64 kml_arch_limit(void)
{
	return (u64)LIMIT * NSEC_PER_MSEC;
}

/**
 * kml_arch_kick - a handler has run for long
 * @cpu: where
 * @since: when it was called
 *
 * Context: another CPU's timer.
 */
void kml_arch_kick(unsigned int cpu, u64 since)
{
	struct revoke *r = per_cpu_ptr(&revoke, cpu);
	unsigned long flags;

	if (kml_arch_cycles() - since < kml_arch_limit())
		return;
	raw_spin_lock_irqsave(&r->lock, flags);
	if (r->mm && !r->done && kml_handler_began(cpu) == since) {
		WRITE_ONCE(r->done, true);
		/* before the fault, which asks kml_revoked() */
		smp_wmb();
		set_executable(r->mm, false);
		flush_tlbs();
	}
	raw_spin_unlock_irqrestore(&r->lock, flags);
}

/**
 * kml_revoke_begin - a handler is about to be called
 * @mm: the program's
 *
 * Context: hard interrupt, also one that has hit a handler.
 * Return: that of the handler that it has hit, for kml_revoke_end().
 */
struct mm_struct *kml_revoke_begin(struct mm_struct *mm)
{
	struct revoke *r = this_cpu_ptr(&revoke);
	struct mm_struct *outer;

	raw_spin_lock(&r->lock);
	outer = r->mm;
	r->mm = mm;
	raw_spin_unlock(&r->lock);
	return outer;
}

/* It has returned, or was abandoned. */
void kml_revoke_end(struct mm_struct *outer)
{
	struct revoke *r = this_cpu_ptr(&revoke);

	raw_spin_lock(&r->lock);
	if (unlikely(r->done)) {
		set_executable(r->mm, true);
		flush_tlbs();
		r->done = false;
	}
	r->mm = outer;
	raw_spin_unlock(&r->lock);
}

/* Is the program of the handler that this CPU runs not executable? */
bool kml_revoked(void)
{
	return this_cpu_read(revoke.done);
}

/* Context: module init. */
void kml_revoke_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		raw_spin_lock_init(&per_cpu_ptr(&revoke, cpu)->lock);
}
