// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C side of the entry that SYSCALL of a privileged program has for itself
 * (entry_x86_64.S): whether it is used, and for which system calls.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cache.h>
#include <linux/kml.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/thread_info.h>
#include <asm/unistd.h>

#include "kernel_symbol.h"
#include "kml_gate.h"

static char *syscalls = "fast";
module_param(syscalls, charp, 0444);
MODULE_PARM_DESC(syscalls, "system calls of unmodified privileged programs: fast, by an entry of their own, or stock (default: fast)");

/*
 * The numbers that have been looked at for what kml_gate_uses_all_regs() must
 * know. Others, of a newer kernel, keep to the dispatcher.
 */
static bool judged(unsigned int nr)
{
	return nr <= __NR_uretprobe ||
	       (nr >= __NR_pidfd_send_signal && nr <= __NR_mseal);
}

/* By number: the kernel's function, or kml_entry_dispatch(). */
unsigned long kml_syscall_table[NR_syscalls] __ro_after_init;
unsigned long kml_entry_SYSCALL_64 __ro_after_init;
static const char *state __ro_after_init = "fast";

static bool state_is_fast(void)
{
	return !strncmp(state, "fast", 4);
}

/**
 * kml_entry_init - choose what SYSCALL of a privileged program enters
 * @ops: what is going to be registered; @ops->syscall_entry is set
 *
 * Context: module init, after kml_gate_init().
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_entry_init(struct kml_ops *ops)
{
	unsigned long table;
	int ret;

	if (strcmp(syscalls, "fast") && strcmp(syscalls, "stock")) {
		pr_err("syscalls=%s: must be fast or stock\n", syscalls);
		return -EINVAL;
	}
	if (!strcmp(syscalls, "stock"))
		state = "stock: syscalls=stock";
	else if (kml_gate_kind() == KML_GATE_FULL)
		state = "stock: the kernel traces interrupt flags (lockdep)";
	if (!state_is_fast()) {
		pr_info("system calls of unmodified programs: %s\n", state);
		return 0;
	}

	ret = kml_need_symbol("entry_SYSCALL_64", &kml_entry_SYSCALL_64) ?:
	      kml_need_symbol("sys_call_table", &table);
	if (ret)
		return ret;
	for (unsigned int nr = 0; nr < NR_syscalls; nr++)
		kml_syscall_table[nr] =
			judged(nr) && !kml_gate_uses_all_regs(nr) ?
			((unsigned long *)table)[nr] :
			(unsigned long)kml_entry_dispatch;
	ops->syscall_entry = (unsigned long)kml_entry_syscall;
#ifdef CONFIG_CONTEXT_TRACKING_USER
	if (kml_gate_kind() == KML_GATE_CT)
		ops->syscall_entry = (unsigned long)kml_entry_syscall_ct;
#endif
	return 0;
}

/**
 * kml_entry_state - what system calls of unmodified programs enter
 * @buf: gets it as a line, "fast" or "stock" and behind it what there is to say
 *
 * Once auditing has been on, each task that is started has its system calls
 * audited, rules or not, unless one says never (audit_alloc()). So the reader
 * is asked: what it is, programs that are started now will be.
 *
 * Context: process, show() of a sysfs file.
 * Return: bytes.
 */
ssize_t kml_entry_state(char *buf)
{
	bool audited = state_is_fast() && test_syscall_work(SYSCALL_AUDIT);

	return sysfs_emit(buf, "%s%s\n", state, audited ?
			  ", and stock for programs that are audited, as the reader of this is" :
			  "");
}
