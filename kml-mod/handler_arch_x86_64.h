/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each call of a handler goes through on x86_64. Inline, for handler_run.c:
 * all of it is latency.
 */
#ifndef KML_HANDLER_ARCH_H
#define KML_HANDLER_ARCH_H

#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/static_call.h>
#include <asm/debugreg.h>
#include <asm/mmu_context.h>
#include <asm/msr.h>
#include <asm/tlbflush.h>
#include <asm/tsc.h>

#include "compat.h"
#include "handler.h"

/* How long a handler may run, in ms. */
#define KML_HANDLER_LIMIT	1000

/* What of the kernel is not exported. */
extern struct kml_arch_kernel {
	/* exported, but from 7.x on to KVM only */
	typeof(hw_breakpoint_restore) *breakpoint_restore;
	typeof(cr4_update_irqsoff) *cr4_update;
	/* cpu_tlbstate, whose type is not for modules, begins with loaded_mm */
	struct mm_struct * __percpu *loaded_mm;
} kml_arch_kernel;
DECLARE_STATIC_CALL(kml_switch_mm, switch_mm_irqs_off);

/**
 * kml_arch_untrack - have no indirect branch tracked on this CPU
 *
 * Programs have no ENDBR, and the kernel takes it from functions that it calls
 * directly only, some of which are called by their addresses here.
 *
 * Context: preemption off until kml_arch_track().
 * Return: the state to be put back.
 */
static __always_inline u64 kml_arch_untrack(void)
{
	u64 old = 0;

	if (cpu_feature_enabled(X86_FEATURE_IBT)) {
		rdmsrq(MSR_IA32_S_CET, old);
		wrmsrq(MSR_IA32_S_CET, 0);
	}
	return old;
}

/* Interrupts always are on a stack that has a guard page. */
static __always_inline unsigned long kml_arch_stack(void)
{
	return 0;
}

/* Undo kml_arch_untrack(). */
static __always_inline void kml_arch_track(u64 old)
{
	if (cpu_feature_enabled(X86_FEATURE_IBT))
		wrmsrq(MSR_IA32_S_CET, old);
}

/**
 * kml_arch_enter - make the CPU one that can run a handler
 * @mm: the program's
 * @state: what is to be put back
 *
 * Its address space, as the kernel does it for text_poke(), and with the same
 * care for breakpoints: those of the interrupted task are about its own
 * addresses. What was loaded need not be that of the current task.
 *
 * And SYSCALL, from a library's function that has no place in a handler, must
 * not enter the kernel.
 *
 * The interrupted task may be an ordinary one, for which the CPU guards the
 * kernel (kml_guard_kernel() of the core patch).
 *
 * Context: hard interrupt.
 */
static __always_inline void kml_arch_enter(struct mm_struct *mm,
					   struct kml_arch_state *state)
{
	state->s_cet = kml_arch_untrack();
	state->mm = this_cpu_read(*kml_arch_kernel.loaded_mm);
	/* also if it is this one: the TLB of an idle CPU may be out of date */
	static_call(kml_switch_mm)(NULL, mm, current);
	rdmsrq(MSR_LSTAR, state->syscall_entry);
	wrmsrq(MSR_LSTAR, (unsigned long)kml_handler_syscall);
	state->lass = X86_CR4_LASS ? __read_cr4() & X86_CR4_LASS : 0;
	if (state->lass)
		kml_arch_kernel.cr4_update(0, state->lass);
	if (hw_breakpoint_active())
		hw_breakpoint_disable();
}

/* Undo kml_arch_enter(). */
static __always_inline void kml_arch_leave(struct mm_struct *mm,
					   const struct kml_arch_state *state)
{
	if (state->lass)
		kml_arch_kernel.cr4_update(state->lass, 0);
	wrmsrq(MSR_LSTAR, state->syscall_entry);
	if (state->mm != mm)
		static_call(kml_switch_mm)(NULL, state->mm, current);
	if (hw_breakpoint_active())
		kml_arch_kernel.breakpoint_restore();
	kml_arch_track(state->s_cet);
}

/* A clock for kml_arch_limit(). */
static __always_inline u64 kml_arch_cycles(void)
{
	return rdtsc();
}

static __always_inline u64 kml_arch_limit(void)
{
	return (u64)tsc_khz * KML_HANDLER_LIMIT;
}

#endif /* KML_HANDLER_ARCH_H */
