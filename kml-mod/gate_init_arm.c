// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C side of the gates of ARMv7: what they need from the kernel, and which
 * exports must go through them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kml.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <asm/domain.h>
#include <asm/pgtable-hwdef.h>

#include <kml/abi.h>
#include "helpers.h"
#include "kernel_symbol.h"
#include "kml_gate.h"

static_assert(KML_FRAME_MARK == KML_GATE_MARK);
static_assert(offsetof(struct kml_export, target) == KML_EXPORT_TARGET);
static_assert(offsetof(struct kml_export, flags) == KML_EXPORT_FLAGS);
static_assert(KML_EXPORT_IN_IRQ == (KML_EXPORT_LEAF | KML_EXPORT_IRQ));
static_assert(offsetof(struct kml_export, nr) == KML_EXPORT_NR);
static_assert(offsetof(struct kml_export, ret) == KML_EXPORT_RET);
static_assert(offsetof(struct kml_export, stack) == KML_EXPORT_STACK);
static_assert(offsetof(struct kml_export, gate) == KML_EXPORT_GATE);
static_assert(HARDIRQ_MASK == KML_HARDIRQ_MASK);

/**
 * struct kml_gate_kernel - symbols of the kernel; gate_arm.S knows the order
 * @entry_task: per-CPU variable, the task that entry code finds
 * @ret_to_user: how to leave the kernel
 * @local_restart: dispatches a system call
 * @sys_call_table: its table
 * @uaccess_closed: the cpu_domain of a task that must not touch user memory
 * @uaccess_open: the same of one that may
 * @user_exit: for context tracking, if this kernel has that
 */
struct kml_gate_kernel {
	unsigned long entry_task;
	unsigned long ret_to_user;
	unsigned long local_restart;
	unsigned long sys_call_table;
	unsigned long uaccess_closed;
	unsigned long uaccess_open;
	unsigned long user_exit;
} __aligned(32) kml_gate_kernel;

/* An address of code as a branch that changes the state of the CPU wants it. */
static unsigned long code_address(unsigned long addr)
{
	return addr | IS_ENABLED(CONFIG_THUMB2_KERNEL);
}

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
		"sys_execve", "sys_execveat", "sys_sigreturn",
		"sys_rt_sigreturn",
	};

	if (class == KML_SYSCALL &&
	    match_string(replace_regs, ARRAY_SIZE(replace_regs), name) >= 0)
		return (unsigned long)kml_gate_dispatch;
	return code_address(addr);
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
	      kml_need_symbol("sys_call_table", &k->sys_call_table) ?:
	      kml_need_function("ret_to_user", &k->ret_to_user) ?:
	      kml_need_function("local_restart", &k->local_restart);
	if (!ret && IS_ENABLED(CONFIG_CONTEXT_TRACKING_USER))
		ret = kml_need_function("user_exit_callable", &k->user_exit);

	k->uaccess_closed = current_thread_info()->cpu_domain;
#ifdef CONFIG_CPU_TTBR0_PAN
	k->uaccess_open = k->uaccess_closed &
			  ~(TTBCR_EPD0 | TTBCR_T0SZ_MASK | TTBCR_A1);
#else
	k->uaccess_open = DACR_UACCESS_ENABLE;
#endif
	return ret;
}

/**
 * kml_entry_init - nothing: a trap from SYS mode costs no more than a gate
 * @ops: what is going to be registered
 */
int kml_entry_init(struct kml_ops *ops)
{
	return 0;
}

/* What system calls of unmodified programs enter, and why, as a line. */
ssize_t kml_entry_state(char *buf)
{
	return sysfs_emit(buf, "stock: as fast as any on ARM\n");
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
