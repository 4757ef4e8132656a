// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C side of the gates of ARMv7: what they need from the kernel, and which
 * exports must go through them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kml.h>
#include <linux/printk.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include <kml/abi.h>
#include "helpers.h"
#include "kml_gate.h"

static_assert(offsetof(struct kml_export, target) == KML_EXPORT_TARGET);
static_assert(offsetof(struct kml_export, nr) == KML_EXPORT_NR);
static_assert(offsetof(struct kml_export, ret) == KML_EXPORT_RET);
static_assert(offsetof(struct kml_export, stack) == KML_EXPORT_STACK);
static_assert(offsetof(struct kml_export, gate) == KML_EXPORT_GATE);

/**
 * struct kml_gate_kernel - symbols of the kernel; gate_arm.S knows the order
 * @entry_task: per-CPU variable, the task that entry code finds
 * @ret_to_user: how to leave the kernel
 * @local_restart: dispatches a system call
 * @sys_call_table: its table
 * @user_exit: for context tracking, if this kernel has that
 */
struct kml_gate_kernel {
	unsigned long entry_task;
	unsigned long ret_to_user;
	unsigned long local_restart;
	unsigned long sys_call_table;
	unsigned long user_exit;
} kml_gate_kernel;

static int (*size_of_function)(unsigned long addr, unsigned long *size,
			       unsigned long *offset);

/* An address of code as a branch that changes the state of the CPU wants it. */
static unsigned long code_address(unsigned long addr)
{
	return addr | IS_ENABLED(CONFIG_THUMB2_KERNEL);
}

/* Do tracers or checkers get called that use current? */
static bool every_function_uses_current(void)
{
	return IS_ENABLED(CONFIG_FUNCTION_TRACER) ||
	       IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC) ||
	       IS_ENABLED(CONFIG_TRACE_IRQFLAGS) ||
	       IS_ENABLED(CONFIG_KASAN) || IS_ENABLED(CONFIG_KCOV);
}

/*
 * Does the function itself read TPIDRURO? The list is made by reading the
 * source, but a stack protector with a canary for each task is the compiler's
 * choice. In both instruction sets the instruction is the same 32 bits, of
 * which Thumb has the upper half first.
 */
static bool function_uses_current(unsigned long addr)
{
	const u16 *code = (const u16 *)(addr & ~1UL);
	unsigned long size, offset, i;

	if (!size_of_function((unsigned long)code, &size, &offset))
		return true;
	for (i = 0; i + 1 < size / sizeof(*code); i++) {
		u32 insn = IS_ENABLED(CONFIG_THUMB2_KERNEL) ?
			   code[i] << 16 | code[i + 1] :
			   code[i + 1] << 16 | code[i];

		if ((insn & 0x0fff0fff) == 0x0e1d0f70)
			return true;
	}
	return false;
}

/**
 * kml_gate_class - how an export is entered on this kernel
 * @class: its class in the list
 * @addr: address of the kernel's function
 *
 * A leaf function runs with the program's TLS pointer where the kernel has
 * current. One that uses current, or the preemption count behind it, would
 * read and write the program's TLS: it goes through the gate.
 *
 * Return: enum kml_class.
 */
unsigned int kml_gate_class(unsigned int class, unsigned long addr)
{
	/* The gate would undo what these do to the CPU's flags. */
	if (addr == (unsigned long)kml_local_irq_save ||
	    addr == (unsigned long)kml_local_irq_restore)
		return class;

	if (class == KML_LEAF &&
	    (every_function_uses_current() || function_uses_current(addr)))
		return KML_CALL;
	return class;
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

static int gate_need(const char *name, unsigned long *addr)
{
	struct kml_symbol sym;
	int ret = kml_lookup(name, &sym);

	if (ret) {
		pr_err("the gates need the kernel symbol %s: not found (%d)\n",
		       name, ret);
		return ret;
	}
	*addr = sym.addr;
	return 0;
}

static int gate_need_code(const char *name, unsigned long *addr)
{
	int ret = gate_need(name, addr);

	*addr = code_address(*addr);
	return ret;
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
	unsigned long size_of;
	int ret;

	ret = gate_need("__entry_task", &k->entry_task) ?:
	      gate_need("sys_call_table", &k->sys_call_table) ?:
	      gate_need_code("ret_to_user", &k->ret_to_user) ?:
	      gate_need_code("local_restart", &k->local_restart) ?:
	      gate_need_code("kallsyms_lookup_size_offset", &size_of);
	if (!ret && IS_ENABLED(CONFIG_CONTEXT_TRACKING_USER))
		ret = gate_need_code("user_exit_callable", &k->user_exit);
	if (!ret)
		size_of_function = (void *)size_of;
	return ret;
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
