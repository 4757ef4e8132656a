// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers on x86_64: the address space, the registers, and the exceptions.
 *
 * An exception in a handler is one of kernel mode whose RIP is in the user
 * half. Which IDT the CPU uses is that of the interrupted task; with KML's, the
 * stub finds an interrupt in progress and takes it for the kernel's, too.
 */
#include <linux/kdebug.h>
#include <linux/kml.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <asm/apic.h>
#include <asm/debugreg.h>
#include <asm/fpu/types.h>
#include <asm/fpu/xcr.h>
#include <asm/irq_vectors.h>
#include <asm/mmu_context.h>
#include <asm/msr.h>
#include <asm/nmi.h>
#include <asm/special_insns.h>
#include <asm/tlbflush.h>
#include <asm/traps.h>
#include <asm/tsc.h>

#include "compat.h"
#include "handler.h"
#include "kernel_symbol.h"

/* How long a handler may run, in ms. */
#define LIMIT	1000

static_assert(offsetof(struct kml_run, sp) == KML_RUN_SP);

/* What of the kernel is not exported. */
static struct {
	typeof(switch_mm_irqs_off) *switch_mm;
	typeof(kernel_text_address) *kernel_text_address;
	/* exported, but from 7.x on to KVM only */
	typeof(hw_breakpoint_restore) *breakpoint_restore;
	typeof(cr4_update_irqsoff) *cr4_update;
	/* cpu_tlbstate, whose type is not for modules, begins with loaded_mm */
	struct mm_struct * __percpu *loaded_mm;
} kernel;

/* Registers that are saved for handlers with KML_HANDLER_FPU, and their size. */
static u64 xfeatures;
static unsigned int xsize;

/**
 * kml_arch_untrack - have no indirect branch tracked on this CPU
 *
 * Programs have no ENDBR, and the kernel takes it from functions that it calls
 * directly only, some of which are called by their addresses here.
 *
 * Context: preemption off until kml_arch_track().
 * Return: the state to be put back.
 */
u64 kml_arch_untrack(void)
{
	u64 old = 0;

	if (cpu_feature_enabled(X86_FEATURE_IBT)) {
		rdmsrq(MSR_IA32_S_CET, old);
		wrmsrq(MSR_IA32_S_CET, 0);
	}
	return old;
}

/* Undo kml_arch_untrack(). */
void kml_arch_track(u64 old)
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
void kml_arch_enter(struct mm_struct *mm, struct kml_arch_state *state)
{
	state->s_cet = kml_arch_untrack();
	state->mm = this_cpu_read(*kernel.loaded_mm);
	/* also if it is this one: the TLB of an idle CPU may be out of date */
	kernel.switch_mm(NULL, mm, current);
	rdmsrq(MSR_LSTAR, state->syscall_entry);
	wrmsrq(MSR_LSTAR, (unsigned long)kml_handler_syscall);
	state->lass = X86_CR4_LASS ? __read_cr4() & X86_CR4_LASS : 0;
	if (state->lass)
		kernel.cr4_update(0, state->lass);
	if (hw_breakpoint_active())
		hw_breakpoint_disable();
}

/* Undo kml_arch_enter(). */
void kml_arch_leave(struct mm_struct *mm, const struct kml_arch_state *state)
{
	if (state->lass)
		kernel.cr4_update(state->lass, 0);
	wrmsrq(MSR_LSTAR, state->syscall_entry);
	if (state->mm != mm)
		kernel.switch_mm(NULL, state->mm, current);
	if (hw_breakpoint_active())
		kernel.breakpoint_restore();
	kml_arch_track(state->s_cet);
}

/* Bytes for kml_arch_fpu_save(). */
size_t kml_arch_fpu_size(void)
{
	return xsize;
}

/**
 * kml_arch_fpu_save - save the registers that a handler may use
 * @area: where to, kml_arch_fpu_size() bytes
 *
 * Not by kernel_fpu_begin(): that cannot be where the kernel itself uses them.
 * All of them are saved and restored, whosever they are, so nobody notices.
 */
void kml_arch_fpu_save(void *area)
{
	if (xfeatures)
		asm volatile("xsave64 %0" : "=m" (*(struct xregs_state *)area)
			     : "a" ((u32)xfeatures), "d" ((u32)(xfeatures >> 32))
			     : "memory");
	else
		asm volatile("fxsave64 %0" : "=m" (*(struct fxregs_state *)area));
	asm volatile("fninit; ldmxcsr %0" : : "m" (*(const u32[]){ MXCSR_DEFAULT }));
}

void kml_arch_fpu_restore(void *area)
{
	if (xfeatures)
		asm volatile("xrstor64 %0" : : "m" (*(struct xregs_state *)area),
			     "a" ((u32)xfeatures), "d" ((u32)(xfeatures >> 32))
			     : "memory");
	else
		asm volatile("fxrstor64 %0" : : "m" (*(struct fxregs_state *)area));
}

/* A clock for kml_arch_limit(). */
u64 kml_arch_cycles(void)
{
	return rdtsc();
}

u64 kml_arch_limit(void)
{
	return (u64)tsc_khz * LIMIT;
}

/* An NMI for @cpu, which asks kml_handler_overdue() there. */
void kml_arch_kick(unsigned int cpu, u64 since)
{
	apic->send_IPI(cpu, NMI_VECTOR);
}

static bool below_call(const struct pt_regs *regs, const struct kml_run *run)
{
	return run->sp - regs->sp <= IRQ_STACK_SIZE + PAGE_SIZE;
}

/*
 * Text of the user half runs in kernel mode on this CPU only as the handler.
 * Else the handler has jumped to nowhere, on its stack or a page behind it.
 */
bool kml_arch_in_handler(struct pt_regs *regs, const struct kml_run *run)
{
	if (user_mode(regs))
		return false;
	return regs->ip < TASK_SIZE_MAX ||
	       (below_call(regs, run) &&
		!kernel.kernel_text_address(regs->ip));
}

/*
 * What a handler may call of the kernel has found its bad pointer. That holds
 * no lock while it uses it.
 */
static bool in_call(struct pt_regs *regs, const struct kml_run *run)
{
	return !user_mode(regs) && below_call(regs, run);
}

void kml_arch_leave_handler(struct pt_regs *regs, const struct kml_run *run)
{
	regs->ip = (unsigned long)kml_handler_return;
	regs->sp = run->sp;
	regs->flags = X86_EFLAGS_FIXED;
}

/**
 * kml_arch_handler_fault - a page fault, or a double fault, that is an oops
 * @regs: where
 * @error_code: of the page fault
 * @address: what was accessed
 *
 * Context: any.
 * Return: true if a handler was abandoned.
 */
bool kml_arch_handler_fault(struct pt_regs *regs, unsigned long error_code,
			    unsigned long address)
{
	int code = error_code & X86_PF_PROT ? SEGV_ACCERR : SEGV_MAPERR;
	struct kml_run *run = kml_running();

	if (!run || (!kml_arch_in_handler(regs, run) &&
		     !(address < TASK_SIZE_MAX && in_call(regs, run))))
		return false;
	kml_handler_give_up(run, regs, SIGSEGV, code, address);
	return true;
}

/* The signals that a thread would get, arch/x86/kernel/traps.c. */
static int handler_trap(struct notifier_block *nb, unsigned long event,
			void *data)
{
	struct die_args *args = data;
	struct kml_run *run = kml_running();
	int code = SI_KERNEL;
	unsigned long address = 0;

	if (!run || (event != DIE_TRAP && event != DIE_GPF &&
		     event != DIE_INT3))
		return NOTIFY_DONE;
	switch (args->trapnr) {
	case X86_TRAP_DF:
		/* kml_arch_handler_fault() knows the address */
		return NOTIFY_DONE;
	case X86_TRAP_DE:
		code = FPE_INTDIV;
		address = args->regs->ip;
		break;
	case X86_TRAP_UD:
		code = ILL_ILLOPN;
		address = args->regs->ip;
		break;
	case X86_TRAP_MF:
	case X86_TRAP_XF:
		code = FPE_FLTUNK;
		address = args->regs->ip;
		break;
	case X86_TRAP_AC:
		code = BUS_ADRALN;
		break;
	}
	/* a pointer that is none is #GP for who uses it */
	if (!kml_arch_in_handler(args->regs, run) &&
	    !(args->trapnr == X86_TRAP_GP && in_call(args->regs, run)))
		return NOTIFY_DONE;
	kml_handler_give_up(run, args->regs, args->signr, code, address);
	return NOTIFY_STOP;
}

/* Before debuggers of the kernel. */
static struct notifier_block handler_trap_nb = {
	.notifier_call	= handler_trap,
	.priority	= INT_MAX - 2,
};

/*
 * An NMI of kernel mode does not return by its pt_regs but by a copy of the
 * hardware's part, which lies above it (asm_exc_nmi, "iret" frame). Should that
 * ever change, the two differ, and the handler goes on.
 */
static int handler_nmi(unsigned int type, struct pt_regs *regs)
{
	const size_t size = sizeof(*regs) - offsetof(struct pt_regs, ip);
	void *frame = regs + 1;
	bool ours;

	if (user_mode(regs) || memcmp(frame, &regs->ip, size))
		return kml_handler_overdue(NULL) ? NMI_HANDLED : NMI_DONE;
	ours = kml_handler_overdue(regs);
	memcpy(frame, &regs->ip, size);
	return ours ? NMI_HANDLED : NMI_DONE;
}

static void find_registers(void)
{
	u32 eax, ebx, ecx, edx;

	xsize = sizeof(struct fxregs_state);
	if (!boot_cpu_has(X86_FEATURE_XSAVE))
		return;
	/* no protection keys, and no tiles: a handler has neither */
	xfeatures = xgetbv(XCR_XFEATURE_ENABLED_MASK) &
		    ~(XFEATURE_MASK_PKRU | XFEATURE_MASK_XTILE);
	cpuid_count(0xd, 0, &eax, &ebx, &ecx, &edx);
	xsize = ebx;
}

/**
 * kml_arch_handlers_init - find what the kernel has for it, see exceptions
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_arch_handlers_init(void)
{
	int ret;

	ret = kml_need_function("switch_mm_irqs_off", &kernel.switch_mm) ?:
	      kml_need_function("kernel_text_address",
				&kernel.kernel_text_address) ?:
	      kml_need_function("hw_breakpoint_restore",
				&kernel.breakpoint_restore) ?:
	      kml_need_function("cr4_update_irqsoff", &kernel.cr4_update) ?:
	      kml_need_symbol("cpu_tlbstate",
			      (unsigned long *)&kernel.loaded_mm);
	if (ret)
		return ret;
	find_registers();
	ret = register_die_notifier(&handler_trap_nb);
	if (ret)
		return ret;
	ret = register_nmi_handler(NMI_LOCAL, handler_nmi, 0, "kml");
	if (ret)
		unregister_die_notifier(&handler_trap_nb);
	return ret;
}

void kml_arch_handlers_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "kml");
	unregister_die_notifier(&handler_trap_nb);
}
