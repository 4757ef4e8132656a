// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers on arm64: the address space, the registers, and the exceptions.
 *
 * They run at the kernel's exception level with the kernel's stack pointer, as all
 * of the kernel does, with PAN off. An exception in one is the kernel's, with a PC
 * of the user half. Interrupts are on a stack with a guard page whatever they hit.
 */
#include <linux/kml.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>
#include <asm/esr.h>
#include <asm/kml.h>
#include <asm/memory.h>
#include <asm/mmu_context.h>
#include <asm/pgtable-hwdef.h>
#include <asm/virt.h>

#include "handler.h"
#include "kernel_symbol.h"
#include "ttbr0_arm64.h"

/* FPSR and FPCR, and 32 registers of 128 bits */
#define FPSIMD_SIZE	(2 * sizeof(u64) + 32 * 16)

/* fault_info in arch/arm64/mm/fault.c */
#define FSC_ALIGNMENT	0x21

static_assert(offsetof(struct kml_run, sp) == KML_RUN_SP);

/* What of the kernel is not exported. */
static struct {
	typeof(check_and_switch_context) *switch_context;
	const struct mm_struct *init_mm;
	/* of calls to the firmware, if this kernel makes any */
	const struct mm_struct *efi_mm;
} kernel;

/**
 * kml_arch_no_handlers - why this kernel cannot run handlers
 *
 * An exception finds the shadow stack by x18, which a program uses as it likes.
 * With permission indirection the entries of upper levels do not say what may be
 * executed, so a handler that does not end could not be ended.
 *
 * Return: the reason and what to do, or NULL.
 */
const char *kml_arch_no_handlers(void)
{
	if (IS_ENABLED(CONFIG_SHADOW_CALL_STACK))
		return "there is a shadow call stack; build a kernel without SHADOW_CALL_STACK";
	if (cpus_have_final_cap(ARM64_HAS_S1PIE))
		return "the CPU uses permission indirection; have a thread wait instead";
	return NULL;
}

/* What the kernel would have TTBR0 be for current. */
static u64 task_ttbr0(void)
{
#ifdef CONFIG_ARM64_SW_TTBR0_PAN
	if (system_uses_ttbr0_pan())
		return current_thread_info()->ttbr0;
#endif
	return read_sysreg(ttbr0_el1);
}

/*
 * Whose page table this CPU has. The kernel changes both with interrupts off,
 * but for calls to the firmware; and in exec, whose new mm has no handlers.
 */
static struct mm_struct *loaded_mm(void)
{
	u64 ttbr0 = task_ttbr0() & ~(TTBR_ASID_MASK | TTBR_CNP_BIT);

	if (kernel.efi_mm && kernel.efi_mm->pgd &&
	    ttbr0 == phys_to_ttbr(virt_to_phys(kernel.efi_mm->pgd)))
		return (struct mm_struct *)kernel.efi_mm;
	return current->active_mm;
}

/* Where PAN is done by software, current accesses the program's memory. */
static void access_begin(struct mm_struct *mm, struct kml_arch_state *state)
{
#ifdef CONFIG_ARM64_SW_TTBR0_PAN
	if (!system_uses_ttbr0_pan())
		return;
	state->task_ttbr0 = current_thread_info()->ttbr0;
	kml_save_ttbr0(current, mm);
	uaccess_ttbr0_enable();
#endif
}

/* The ASID of what was loaded may be another one now. */
static void access_end(const struct kml_arch_state *state)
{
#ifdef CONFIG_ARM64_SW_TTBR0_PAN
	if (!system_uses_ttbr0_pan())
		return;
	if (current->mm == state->mm)
		kml_save_ttbr0(current, state->mm);
	else
		current_thread_info()->ttbr0 = state->task_ttbr0;
#endif
}

/**
 * kml_arch_enter - make the CPU one that can run a handler
 * @mm: the program's
 * @state: what is to be put back
 *
 * TPIDR_EL0 and TPIDRRO_EL0 are what the interrupted task has in them, so handlers
 * have no TLS. They are saved, as an exception that finds no stack uses them.
 *
 * Context: hard interrupt.
 */
void kml_arch_enter(struct mm_struct *mm, struct kml_arch_state *state)
{
	state->mm = loaded_mm();
	state->ttbr0 = read_sysreg(ttbr0_el1);
	state->tls = read_sysreg(tpidr_el0);
	state->tls_ro = read_sysreg(tpidrro_el0);
	if (state->mm != mm)
		kernel.switch_context(mm);
	access_begin(mm, state);
	state->outer = kml_revoke_begin(mm);
}

/* Undo kml_arch_enter(). */
void kml_arch_leave(struct mm_struct *mm, const struct kml_arch_state *state)
{
	kml_revoke_end(state->outer);
	uaccess_ttbr0_disable();
	/* no page table at all */
	if (state->mm == kernel.init_mm) {
		write_sysreg(state->ttbr0, ttbr0_el1);
		isb();
	} else if (state->mm != mm) {
		kernel.switch_context(state->mm);
	}
	access_end(state);
	write_sysreg(state->tls, tpidr_el0);
	write_sysreg(state->tls_ro, tpidrro_el0);
}

/* Interrupts always are on a stack that has a guard page. */
unsigned long kml_arch_stack(void)
{
	return 0;
}

/* Bytes for kml_arch_fpu_save(). */
size_t kml_arch_fpu_size(void)
{
	return FPSIMD_SIZE;
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
	kml_fpsimd_save(area);
}

void kml_arch_fpu_restore(void *area)
{
	kml_fpsimd_restore(area);
}

/* SP of a return to the kernel is not the frame's, so it goes by x0. */
void kml_arch_leave_handler(struct pt_regs *regs, const struct kml_run *run)
{
	regs->pc = (unsigned long)kml_handler_abandoned;
	regs->regs[0] = run->sp;
	regs->pstate &= PSR_SSBS_BIT | PSR_DIT_BIT | PSR_TCO_BIT;
	regs->pstate |= PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT |
			(is_kernel_in_hyp_mode() ? PSR_MODE_EL2h :
						   PSR_MODE_EL1h);
	if (system_uses_hw_pan() || system_uses_ttbr0_pan())
		regs->pstate |= PSR_PAN_BIT;
}

/* The signals that a thread would get, arch/arm64/kernel/traps.c and mm/fault.c. */
static int signal_of(unsigned long esr, int *code)
{
	switch (ESR_ELx_EC(esr)) {
	case ESR_ELx_EC_DABT_CUR:
	case ESR_ELx_EC_IABT_CUR:
		if ((esr & ESR_ELx_FSC) == FSC_ALIGNMENT)
			break;
		*code = esr_fsc_is_permission_fault(esr) ? SEGV_ACCERR :
							   SEGV_MAPERR;
		return SIGSEGV;
	case ESR_ELx_EC_SP_ALIGN:	/* KML_BAD_STACK */
		*code = SEGV_MAPERR;
		return SIGSEGV;
	case ESR_ELx_EC_PC_ALIGN:
		break;
	case ESR_ELx_EC_BRK64:
		*code = TRAP_BRKPT;
		return SIGTRAP;
	case ESR_ELx_EC_SVC64:
		*code = SI_KERNEL;
		return SIGSYS;
	case ESR_ELx_EC_FPAC:
		*code = ILL_ILLOPN;
		return SIGILL;
	default:
		*code = ILL_ILLOPC;
		return SIGILL;
	}
	*code = BUS_ADRALN;
	return SIGBUS;
}

/**
 * kml_arch_handler_fault - an exception in kernel mode that is an oops
 * @regs: where
 * @esr: its syndrome, or KML_BAD_STACK
 * @address: what was accessed, or where it was
 *
 * Context: any.
 * Return: true if a handler was abandoned.
 */
bool kml_arch_handler_fault(struct pt_regs *regs, unsigned long esr,
			    unsigned long address)
{
	struct kml_run *run = kml_running();
	int code, signal = signal_of(esr, &code);

	/* with no stack left, the PC may be that of the vectors */
	if (!run || (!kml_in_handler(regs, run) && esr != KML_BAD_STACK &&
		     !(signal == SIGSEGV && kml_in_call(regs, run, address))))
		return false;
	if (kml_revoked() && address == regs->pc) {
		signal = SIGXCPU;
		code = SI_KERNEL;
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
	return kml_need_symbol("init_mm", (unsigned long *)&kernel.init_mm) ?:
	       kml_need_function("check_and_switch_context",
				 &kernel.switch_context);
}

void kml_arch_handlers_exit(void)
{
}
