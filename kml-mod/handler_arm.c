// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers on ARMv7: the address space, the registers, and the exceptions.
 *
 * They run in SVC mode, as all of the kernel does, with access to user memory.
 * An exception in one is the kernel's, with a PC of the user half.
 */
#include <linux/cpumask.h>
#include <linux/kml.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <asm/hw_breakpoint.h>
#include <asm/hwcap.h>
#include <asm/kml.h>
#include <asm/mmu_context.h>
#include <asm/opcodes.h>
#include <asm/proc-fns.h>

#include "handler.h"
#include "kernel_symbol.h"
#include "policy.h"

/* FPEXC, FPSCR and 32 registers of 64 bits */
#define VFP_SIZE	(2 * sizeof(u32) + 32 * sizeof(u64))

static_assert(offsetof(struct kml_run, sp) == KML_RUN_SP);

/* What of the kernel is not exported. */
static struct {
	typeof(check_and_switch_context) *switch_context;
	/* the stack of interrupts of a CPU, its upper end */
	u8 * __percpu *irq_stack;
	/* of calls to the firmware, if this kernel makes any */
	const struct mm_struct *efi_mm;
} kernel;

/*
 * Whose page table this CPU has. The kernel changes both with interrupts off,
 * but for calls to the firmware.
 */
static struct mm_struct *loaded_mm(void)
{
	if (kernel.efi_mm && cpu_get_pgd() == kernel.efi_mm->pgd)
		return (struct mm_struct *)kernel.efi_mm;
	return current->active_mm;
}

/*
 * ASIDs can run out in any switch, also by another CPU while a handler runs:
 * so back to the old one it is the same way.
 */
static void load_mm(struct mm_struct *mm)
{
	cpumask_set_cpu(smp_processor_id(), mm_cpumask(mm));
	kernel.switch_context(mm, current);
}

/*
 * Breakpoints of a privileged program that is debugged match in SVC mode, too,
 * and are about its own addresses.
 */
static u32 breakpoints_off(void)
{
	u32 dscr;

	if (likely(!current->ptrace || !test_thread_flag(TIF_KML)))
		return 0;
	asm volatile("mrc p14, 0, %0, c0, c1, 0" : "=r" (dscr));
	if (!(dscr & ARM_DSCR_MDBGEN))
		return 0;
	asm volatile("mcr p14, 0, %0, c0, c2, 2" : : "r" (dscr & ~ARM_DSCR_MDBGEN));
	isb();
	return dscr;
}

static void breakpoints_on(u32 dscr)
{
	if (likely(!dscr))
		return;
	asm volatile("mcr p14, 0, %0, c0, c2, 2" : : "r" (dscr));
	isb();
}

/**
 * kml_arch_enter - make the CPU one that can run a handler
 * @mm: the program's
 * @state: what is to be put back
 *
 * TPIDRURO stays what it is, as an exception must find current there: handlers
 * have no TLS.
 *
 * Context: hard interrupt.
 */
void kml_arch_enter(struct mm_struct *mm, struct kml_arch_state *state)
{
	state->mm = loaded_mm();
	if (state->mm != mm)
		load_mm(mm);
	state->debug = breakpoints_off();
	state->outer = kml_revoke_begin(mm);
	state->uaccess = uaccess_save_and_enable();
}

/* Undo kml_arch_enter(). */
void kml_arch_leave(struct mm_struct *mm, const struct kml_arch_state *state)
{
	uaccess_restore(state->uaccess);
	kml_revoke_end(state->outer);
	breakpoints_on(state->debug);
	if (state->mm != mm)
		load_mm(state->mm);
}

/**
 * kml_arch_stack - the stack that a handler needs
 *
 * An interrupt of the first CPU's idle task stays on that one's stack, as it is
 * part of the kernel's image (irq_handler in arch/arm/kernel/entry-armv.S). That
 * has no guard page: a handler that needs too much of it would write to what is
 * below. The stack of interrupts is not in use then.
 *
 * Context: hard interrupt.
 * Return: its upper end, or 0 if this is it.
 */
unsigned long kml_arch_stack(void)
{
	unsigned long end = (unsigned long)*this_cpu_ptr(kernel.irq_stack);

	return end - current_stack_pointer < THREAD_SIZE ? 0 : end;
}

/* Bytes for kml_arch_fpu_save(). */
size_t kml_arch_fpu_size(void)
{
	return elf_hwcap & HWCAP_VFP ? VFP_SIZE : 0;
}

/**
 * kml_arch_fpu_save - save the registers that a handler may use
 * @area: where to, kml_arch_fpu_size() bytes
 *
 * Not by kernel_neon_begin(): that cannot be in a hard interrupt. All that is
 * in the registers is saved and restored, whosever it is, so nobody notices.
 */
void kml_arch_fpu_save(void *area)
{
	kml_vfp_save(area, elf_hwcap & HWCAP_VFPD32);
}

void kml_arch_fpu_restore(void *area)
{
	kml_vfp_restore(area, elf_hwcap & HWCAP_VFPD32);
}

void kml_arch_leave_handler(struct pt_regs *regs, const struct kml_run *run)
{
	regs->ARM_pc = (unsigned long)kml_handler_return & ~1UL;
	regs->ARM_sp = run->sp;
	regs->ARM_cpsr = SVC_MODE | PSR_I_BIT | PSR_ENDSTATE |
			 (IS_ENABLED(CONFIG_THUMB2_KERNEL) ? PSR_T_BIT : 0);
}

/* What gdb sets breakpoints with, arch/arm/kernel/ptrace.c. */
static bool is_breakpoint(const struct pt_regs *regs)
{
	const void __user *pc = (const void __user *)regs->ARM_pc;
	u16 half[2];
	u32 word;

	if (thumb_mode(regs)) {
		if (copy_from_user_nofault(half, pc, sizeof(half)))
			return false;
		half[0] = __mem_to_opcode_thumb16(half[0]);
		half[1] = __mem_to_opcode_thumb16(half[1]);
		return half[0] == 0xde01 ||
		       (half[0] == 0xf7f0 && half[1] == 0xa000);
	}
	if (copy_from_user_nofault(&word, pc, sizeof(word)))
		return false;
	return (__mem_to_opcode_arm(word) & 0x0fffffff) == 0x07f001f0;
}

/**
 * kml_arch_handler_fault - an exception in kernel mode that is an oops
 * @regs: where
 * @cause: KML_CAUSE()
 * @address: what was accessed, or where it was
 *
 * Context: any.
 * Return: true if a handler was abandoned.
 */
bool kml_arch_handler_fault(struct pt_regs *regs, unsigned long cause,
			    unsigned long address)
{
	struct kml_run *run = kml_running();
	int signal = cause & 0xff, code = cause >> 8;

	if (!run || (!kml_in_handler(regs, run) &&
		     !(signal == SIGSEGV && kml_in_call(regs, run, address))))
		return false;
	if (kml_revoked() && address == regs->ARM_pc) {
		signal = SIGXCPU;
		code = SI_KERNEL;
	} else if (signal == SIGILL && is_breakpoint(regs)) {
		signal = SIGTRAP;
		code = TRAP_BRKPT;
	}
	kml_handler_give_up(run, regs, signal, code, address);
	return true;
}

/**
 * kml_arch_handlers_init - find what the kernel has for it
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_arch_handlers_init(void)
{
	struct kml_symbol efi_mm;

	kml_revoke_init();
	if (!kml_lookup("efi_mm", &efi_mm))
		kernel.efi_mm = (const struct mm_struct *)efi_mm.addr;
	return kml_need_symbol("irq_stack_ptr",
			       (unsigned long *)&kernel.irq_stack) ?:
	       kml_need_function("check_and_switch_context",
				 &kernel.switch_context);
}

void kml_arch_handlers_exit(void)
{
}
