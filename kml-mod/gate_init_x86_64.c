// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C side of the gates of x86_64: what they need from the kernel, which of
 * them suits the running kernel, and the slow way in and out.
 */
#include <linux/context_tracking.h>
#include <linux/entry-common.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kml.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <asm/unistd.h>

#include <kml/abi.h>
#include "kernel_symbol.h"
#include "kml_gate.h"

static_assert(offsetof(struct task_struct, thread_info) == 0);
static_assert(offsetof(struct thread_info, flags) == KML_TI_FLAGS);
static_assert(offsetof(struct thread_info, syscall_work) ==
	      KML_TI_SYSCALL_WORK);
static_assert(((EXIT_TO_USER_MODE_WORK) & ~KML_GATE_WORK) == 0);
static_assert(KML_FRAME_MARK == KML_GATE_MARK);
static_assert(offsetof(struct kml_export, target) == KML_EXPORT_TARGET);
static_assert(offsetof(struct kml_export, flags) == KML_EXPORT_FLAGS);
static_assert((KML_EXPORT_LEAF | KML_EXPORT_IRQ) == KML_EXPORT_IN_IRQ);
static_assert(HARDIRQ_MASK == KML_HARDIRQ_MASK);
static_assert(offsetof(struct kml_export, nr) == KML_EXPORT_NR);
static_assert(offsetof(struct kml_export, ret) == KML_EXPORT_RET);

/* Entry code of the kernel that is not exported, called by the gates. */
unsigned long kml_gate_return_ip;
unsigned long kml_do_syscall_64;
unsigned long kml_irqentry_exit;
static typeof(irqentry_enter) *irqentry_enter_fn;
static typeof(irqentry_exit) *irqentry_exit_fn;

/*
 * System calls that copy or replace all of pt_regs, of which the fast ways in
 * keep the arguments only, or that do not come back.
 */
#define SYSCALL(name)	{ "sys_" #name, __NR_##name }
static const struct {
	const char *name;
	unsigned int nr;
} use_all_regs[] = {
	SYSCALL(fork), SYSCALL(vfork), SYSCALL(clone), SYSCALL(clone3),
	SYSCALL(execve), SYSCALL(execveat), SYSCALL(rt_sigreturn),
	SYSCALL(exit), SYSCALL(exit_group), SYSCALL(uretprobe),
};

/**
 * kml_gate_uses_all_regs - must a system call go through the dispatcher?
 * @nr: its number
 */
bool kml_gate_uses_all_regs(unsigned int nr)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(use_all_regs); i++)
		if (use_all_regs[i].nr == nr)
			return true;
	return false;
}

/**
 * kml_gate_target - what the stub or the gate must call for an export
 * @class: enum kml_class of the export
 * @name: its name, with the sys_ prefix of a system call
 * @addr: address of the kernel's function
 *
 * Return: the target for the export's entry in the table.
 */
unsigned long kml_gate_target(unsigned int class, const char *name,
			      unsigned long addr)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(use_all_regs); i++)
		if (class == KML_SYSCALL && !strcmp(use_all_regs[i].name, name))
			return (unsigned long)kml_gate_dispatch;
	return addr;
}

/**
 * kml_gate_enter - tell the kernel that the program has entered it
 * @regs: the frame that the gate has built, task_pt_regs(current)
 *
 * Context: interrupts off; on again at return if the program had them on.
 */
noinstr void kml_gate_enter(struct pt_regs *regs)
{
	irqentry_enter_fn(regs);

	instrumentation_begin();
	if (regs->flags & X86_EFLAGS_IF)
		local_irq_enable();
	instrumentation_end();
}

/**
 * kml_gate_exit - do pending work and tell the kernel that the program goes on
 * @regs: the frame; a signal may have changed all of it
 *
 * Context: interrupts on or off; off at return.
 */
noinstr void kml_gate_exit(struct pt_regs *regs)
{
	instrumentation_begin();
	local_irq_disable();
	instrumentation_end();

	irqentry_exit_fn(regs, (irqentry_state_t) { });
}

/**
 * kml_gate_init - find what the gates need
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_gate_init(void)
{
	int ret;

	ret = kml_need_symbol("kml_gate_return", &kml_gate_return_ip) ?:
	      kml_need_symbol("do_syscall_64", &kml_do_syscall_64) ?:
	      kml_need_function("irqentry_enter", &irqentry_enter_fn) ?:
	      kml_need_function("irqentry_exit", &irqentry_exit_fn);
	kml_irqentry_exit = (unsigned long)irqentry_exit_fn;
#ifdef CONFIG_CONTEXT_TRACKING_USER
	if (!ret && kml_gate_kind() == KML_GATE_CT)
		return kml_ct_init();
#endif
	return ret;
}

/* Does this kernel follow the state of its CPUs by software? */
enum kml_gate_kind kml_gate_kind(void)
{
	if (IS_ENABLED(CONFIG_TRACE_IRQFLAGS))
		return KML_GATE_FULL;
	return context_tracking_enabled() ? KML_GATE_CT : KML_GATE_FAST;
}

#ifdef CONFIG_CONTEXT_TRACKING_USER
static_assert(offsetof(struct context_tracking, active) == KML_CT_ACTIVE);
static_assert(offsetof(struct context_tracking, state) == KML_CT_STATE);
static_assert(CT_STATE_USER == KML_CT_USER && CT_STATE_KERNEL == 0);
/* else the state is set, not added to */
static_assert(IS_ENABLED(CONFIG_CONTEXT_TRACKING_IDLE));
#endif

#define OF_CT(gate)							\
	(IS_ENABLED(CONFIG_CONTEXT_TRACKING_USER) ? (unsigned long)(gate) : 0)

/* Address of the call gate for the vDSO's table. */
unsigned long kml_gate_call_addr(void)
{
	static const unsigned long gate[] = {
		[KML_GATE_FAST] = (unsigned long)kml_gate_call_fast,
		[KML_GATE_CT] = OF_CT(kml_gate_call_ct),
		[KML_GATE_FULL] = (unsigned long)kml_gate_call_full,
	};

	return gate[kml_gate_kind()];
}

/**
 * kml_gate_syscall_addr - address of a system call gate for the vDSO's table
 * @nargs: number of arguments that the system call has, 0 to 6
 */
unsigned long kml_gate_syscall_addr(unsigned int nargs)
{
#define GATES(n)							\
	{ (unsigned long)kml_gate_syscall_fast##n, OF_CT(kml_gate_syscall_ct##n), \
	  (unsigned long)kml_gate_syscall_full }
	static const unsigned long gate[][KML_GATE_FULL + 1] = {
		GATES(0), GATES(1), GATES(2), GATES(3), GATES(4), GATES(5),
		GATES(6),
	};
#undef GATES

	return gate[nargs][kml_gate_kind()];
}
