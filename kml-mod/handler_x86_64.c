// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers on x86_64: the registers, and the exceptions. What each call goes
 * through is in handler_arch_x86_64.h.
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
#include <asm/fpu/types.h>
#include <asm/fpu/xcr.h>
#include <asm/irq_vectors.h>
#include <asm/nmi.h>
#include <asm/traps.h>

#include "handler.h"
#include "handler_arch_x86_64.h"
#include "kernel_symbol.h"

static_assert(offsetof(struct kml_run, sp) == KML_RUN_SP);

struct kml_arch_kernel kml_arch_kernel __ro_after_init;
DEFINE_STATIC_CALL_NULL(kml_switch_mm, switch_mm_irqs_off);

/* Registers that are saved for handlers with KML_HANDLER_FPU, and their size. */
static u64 xfeatures;
static unsigned int xsize;

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

/* An NMI for @cpu, which asks kml_handler_overdue() there. */
void kml_arch_kick(unsigned int cpu, u64 since)
{
	apic->send_IPI(cpu, NMI_VECTOR);
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

	if (!run || (!kml_in_handler(regs, run) &&
		     !kml_in_call(regs, run, address)))
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
	if (!kml_in_handler(args->regs, run) &&
	    !(args->trapnr == X86_TRAP_GP && kml_in_call(args->regs, run, 0)))
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
	unsigned long switch_mm;
	int ret;

	ret = kml_need_symbol("switch_mm_irqs_off", &switch_mm) ?:
	      kml_need_function("hw_breakpoint_restore",
				&kml_arch_kernel.breakpoint_restore) ?:
	      kml_need_function("cr4_update_irqsoff",
				&kml_arch_kernel.cr4_update) ?:
	      kml_need_symbol("cpu_tlbstate",
			      (unsigned long *)&kml_arch_kernel.loaded_mm);
	if (ret)
		return ret;
	static_call_update(kml_switch_mm, (void *)switch_mm);
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
