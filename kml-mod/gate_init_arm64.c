// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C side of the gates of arm64: what they need from the kernel, and which
 * exports must go through its dispatcher.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kml.h>
#include <linux/preempt.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <kml/abi.h>
#include "kernel_symbol.h"
#include "kml_gate.h"

/* one register for both */
static_assert(KML_GATE_MARK == (unsigned long)KML_FRAME_MARK &&
	      KML_FRAME_MARK == NO_SYSCALL);
static_assert(offsetof(struct kml_export, target) == KML_EXPORT_TARGET);
static_assert(offsetof(struct kml_export, nr) == KML_EXPORT_NR);
static_assert(offsetof(struct kml_export, ret) == KML_EXPORT_RET);
static_assert(offsetof(struct kml_export, gate) == KML_EXPORT_GATE);
static_assert(offsetof(struct kml_export, flags) == KML_EXPORT_FLAGS);
static_assert((KML_EXPORT_LEAF | KML_EXPORT_IRQ) == KML_EXPORT_IN_IRQ);
static_assert(HARDIRQ_MASK == KML_HARDIRQ_MASK);
/* The gates store neighbours in one go. */
static_assert(offsetof(struct pt_regs, pc) == offsetof(struct pt_regs, sp) + 8);
static_assert(offsetof(struct pt_regs, orig_x0) ==
	      offsetof(struct pt_regs, pstate) + 8);

/**
 * struct kml_gate_kernel - symbols of the kernel; gate_arm64.S knows the order
 * @entry_task: per-CPU variable, the task that entry code finds
 * @gate_return: does what is left to do and leaves the kernel
 * @do_svc: dispatches a system call
 * @user_exit: for context tracking, if this kernel has that
 */
struct kml_gate_kernel {
	unsigned long entry_task;
	unsigned long gate_return;
	unsigned long do_svc;
	unsigned long user_exit;
} kml_gate_kernel;

/**
 * kml_gate_target - what the stub or the gate must call for an export
 * @class: enum kml_class of the export
 * @name: its name, with the sys_ prefix of a system call
 * @addr: address of the kernel's function
 *
 * Some system calls replace what the gate has in registers. They go through
 * the kernel's dispatcher.
 *
 * Return: the target for the export's entry in the table.
 */
unsigned long kml_gate_target(unsigned int class, const char *name,
			      unsigned long addr)
{
	static const char * const replace_regs[] = {
		"sys_execve", "sys_execveat", "sys_rt_sigreturn",
	};

	if (class == KML_SYSCALL &&
	    match_string(replace_regs, ARRAY_SIZE(replace_regs), name) >= 0)
		return (unsigned long)kml_gate_dispatch;
	return addr;
}

/**
 * kml_gate_init - find what the gates need
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_gate_init(void)
{
	struct kml_gate_kernel *k = &kml_gate_kernel;
	int ret;

	ret = kml_need_symbol("__entry_task", &k->entry_task) ?:
	      kml_need_symbol("kml_gate_return", &k->gate_return) ?:
	      kml_need_symbol("do_el0_svc", &k->do_svc);
	if (!ret && IS_ENABLED(CONFIG_CONTEXT_TRACKING_USER))
		ret = kml_need_symbol("user_exit_callable", &k->user_exit);
	return ret;
}

/**
 * kml_entry_init - nothing: what a trap from EL1t enters is in the core patch
 * @ops: what is going to be registered
 */
int kml_entry_init(struct kml_ops *ops)
{
	return 0;
}

/* What system calls of unmodified programs enter, and why, as a line. */
ssize_t kml_entry_state(char *buf)
{
	return sysfs_emit(buf, "stock: without the page tables' switch by itself\n");
}

/* Address of the call gate for the vDSO's table. */
unsigned long kml_gate_call_addr(void)
{
	return (unsigned long)kml_gate_call;
}

/* Address of the system call gate: one for all numbers of arguments. */
unsigned long kml_gate_syscall_addr(unsigned int nargs)
{
	return (unsigned long)kml_gate_syscall;
}
