/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gates of arm64.
 *
 * Who gets here: a stub of the KML vDSO, called like a C function by a
 * privileged program.
 *
 * Machine state on entry: EL1t, or EL2t where the kernel is at EL2: SP is
 * SP_EL0, the program's. Exceptions normally unmasked, PAN off. SP_EL1 is that
 * of the empty kernel stack of this task, as it is when an exception comes. Keys
 * for pointer authentication are the program's. Arguments are in x0 to x5.
 *	x16	the export's struct kml_export in the image
 *
 * On exit: what the C ABI preserves and SP are as on entry, the result is in x0,
 * work that became pending is done. Exceptions are unmasked.
 *
 * A gate does what the kernel's entry does: to SP_EL1 with a struct pt_regs that
 * has EL0 in its PSTATE, and current in SP_EL0. Signals, ptrace and a switch to
 * another task need that frame. Of the registers that a call may change, and of
 * the priority mask of interrupts, it has what this task left there before; those
 * that the called function keeps are put there when there is work to do, unless it
 * is a system call, which may be one that copies them. The way back is the kernel's
 * own then, and on kernels that follow the state of the CPU by software. Else the
 * gate does that itself, for less.
 *
 * A function that is called finds PAN off, as its program has it, unless it has
 * slept; kml_use_fault() then turns it off. System calls have it on.
 *
 * The program is at kml_ret or kml_syscall_ret of the image meanwhile. A call's
 * frame has a mark (KML_FRAME_MARK): only then may the function use the
 * program's memory as its own and find it replaced by scratch memory (fault.c).
 * Nothing of the program's is read after such a function.
 *
 * Nothing returns into a gate that may have lost the program's hold on the
 * module: exec is left to the kernel's dispatcher, which is jumped to and leaves
 * by the kernel's own return, and what ends the task does not return at all.
 */
#include <linux/linkage.h>
#include <asm/alternative.h>
#include <asm/asm-offsets.h>
#include <asm/asm_pointer_auth.h>
#include <asm/assembler.h>
#include <asm/debug-monitors.h>
#include <asm/errno.h>
#include <asm/ptrace.h>
#include <asm/sysreg.h>
#include <asm/thread_info.h>
#include "kml_gate.h"

/* Offsets into kml_gate_kernel. */
#define ENTRY_TASK	0
#define GATE_RETURN	8
#define DO_SVC		16
#define USER_EXIT	24

#if !defined(CONFIG_TRACE_IRQFLAGS) && !defined(CONFIG_CONTEXT_TRACKING_USER) && \
	!defined(CONFIG_DEBUG_RSEQ) && !defined(CONFIG_GCC_PLUGIN_STACKLEAK) && \
	!defined(CONFIG_ARM64_SW_TTBR0_PAN)
#define KML_FAST_RETURN
#endif

	.text

/*
 * What a gate needs of the export and of the kernel, while it is still the
 * program: a bad pointer to the export is its fault. Then
 *	x9	where the program is meanwhile
 *	x10	the per-CPU variable that says who current is
 *	x17	the target
 */
.macro KML_LOOK nested:req
	bti	c
	mrs	x8, spsel
	cbnz	x8, \nested
	ldrsw	x9, [x16, #KML_EXPORT_RET]
	ldr	x17, [x16, #KML_EXPORT_TARGET]
	add	x9, x16, x9
	ldr_l	x10, kml_gate_kernel + ENTRY_TASK
.endm

/*
 * To the kernel stack and current, with a frame that lacks what is particular.
 * Debug exceptions and SErrors are masked, too: nothing may find the kernel's
 * stack and not current in SP_EL0. No access here can fault. At the end
 *	x13	current
 * and all exceptions are masked; x8 and x14 are as before, x9 to x12 and x15 free.
 */
.macro KML_ENTER name:req, orig_x0:req
	msr	daifset, #0xf
	msr	spsel, #1
	sub	sp, sp, #PT_REGS_SIZE
	stp	x29, x30, [sp, #S_X28 + 8]
	mrs	x12, sp_el0
	get_this_cpu_offset x11
	ldr	x13, [x10, x11]
	msr	sp_el0, x13
	stp	x12, x9, [sp, #S_SP]			// and pc
	stp	xzr, \orig_x0, [sp, #S_PSTATE]		// EL0, unmasked
#ifdef CONFIG_SHADOW_CALL_STACK
	ldr	x18, [x13, #TSK_TI_SCS_SP]
#endif
#ifdef CONFIG_ARM64_PTR_AUTH_KERNEL
alternative_if_not ARM64_HAS_ADDRESS_AUTH
	add	x29, sp, #S_STACKFRAME			// the last one
alternative_else
	b	.L\name\()_kernel_keys
alternative_endif
.L\name\()_entered:
#else
	add	x29, sp, #S_STACKFRAME
#endif
.endm

/* What functions keep, for a signal or a tracer, or whom fork makes. */
.macro KML_SAVE_KEPT
	stp	x19, x20, [sp, #S_X18 + 8]
	stp	x21, x22, [sp, #S_X20 + 8]
	stp	x23, x24, [sp, #S_X22 + 8]
	stp	x25, x26, [sp, #S_X24 + 8]
	stp	x27, x28, [sp, #S_X26 + 8]
.endm

/* The kernel is not to be stepped through: as on its entry; \tmp is free. */
.macro KML_STOP_STEP tmp:req
	mrs	\tmp, mdscr_el1
	bic	\tmp, \tmp, #DBG_MDSCR_SS
	msr	mdscr_el1, \tmp
	isb
.endm

/*
 * Tell context tracking, as the kernel's entry does, and before any interrupt: one
 * that does not find a program's frame believes that it has been told. Keeps x0
 * to x5 and x17.
 */
.macro KML_TRACK
#ifdef CONFIG_CONTEXT_TRACKING_USER
	stp	x0, x1, [sp, #S_X0]
	stp	x2, x3, [sp, #S_X2]
	stp	x4, x5, [sp, #S_X4]
	str	x17, [sp, #S_X16]
	ldr_l	x9, kml_gate_kernel + USER_EXIT
	blr	x9
	ldr	x17, [sp, #S_X16]
	ldp	x0, x1, [sp, #S_X0]
	ldp	x2, x3, [sp, #S_X2]
	ldp	x4, x5, [sp, #S_X4]
#endif
.endm

/*
 * Back to the program, the result in x0, with a stack and all that functions keep
 * as KML_ENTER has left them; all exceptions are masked. With the same look at the
 * thread flags as the kernel's; a tracer can have the task stepped while it waits
 * in a system call.
 */
.macro KML_RETURN name:req, work:req, syscall:req
	mrs	x9, sp_el0
	ldr	x10, [x9, #TSK_TI_FLAGS]
	tst	x10, #_TIF_WORK_MASK
	b.ne	\work
	.if \syscall
	tbnz	x10, #TIF_SINGLESTEP, \work
	.endif
#ifdef CONFIG_ARM64_PTR_AUTH_KERNEL
alternative_if_not ARM64_HAS_ADDRESS_AUTH
	ldr	x9, [sp, #S_SP]
alternative_else
	b	.L\name\()_user_keys
alternative_endif
.L\name\()_leaves:
#else
	ldr	x9, [sp, #S_SP]
#endif
	msr	sp_el0, x9
	ldp	x29, x30, [sp, #S_X28 + 8]
	add	sp, sp, #PT_REGS_SIZE
	msr	spsel, #0
	alternative_insn nop, SET_PSTATE_PAN(0), ARM64_HAS_PAN, CONFIG_ARM64_PAN
	msr	daifclr, #0xf
	ret
.endm

/*
 * Where CPUs with pointer authentication are sent: to the kernel's keys and back to
 * the program's, and what they have missed by that.
 */
.macro KML_KEYS name:req
#ifdef CONFIG_ARM64_PTR_AUTH_KERNEL
.L\name\()_kernel_keys:
	ldr	x11, [x13, #THREAD_SCTLR_USER]
	tbz	x11, #SCTLR_ELx_ENIA_SHIFT, 1f
	__ptrauth_keys_install_kernel_nosync x13, x11, x12, x15
	b	2f
1:	mrs	x11, sctlr_el1
	orr	x11, x11, #SCTLR_ELx_ENIA
	msr	sctlr_el1, x11
2:	isb
	add	x29, sp, #S_STACKFRAME
	b	.L\name\()_entered

#ifdef KML_FAST_RETURN
.L\name\()_user_keys:
	ldr	x10, [x9, #THREAD_SCTLR_USER]
	tbz	x10, #SCTLR_ELx_ENIA_SHIFT, 1f
	__ptrauth_keys_install_user x9, x10, x11, x12
	b	2f
1:	mrs	x9, sctlr_el1
	bic	x9, x9, #SCTLR_ELx_ENIA
	msr	sctlr_el1, x9
2:	isb
	ldr	x9, [sp, #S_SP]
	b	.L\name\()_leaves
#endif
#endif
.endm

/* With the kernel's stack pointer: NE if this is a hard interrupt. */
.macro IN_HARDIRQ tmp:req
	mrs	\tmp, sp_el0
	ldr	\tmp, [\tmp, #TSK_TI_PREEMPT]
	tst	\tmp, #KML_HARDIRQ_MASK
.endm

	.globl	kml_gate_start
kml_gate_start:

/* What the table has as the target of an export that this kernel lacks. */
SYM_CODE_START(kml_gate_missing)
	bti	c
	mov	x0, #-ENOSYS
	ret
SYM_CODE_END(kml_gate_missing)

SYM_CODE_START(kml_gate_call)
	KML_LOOK nested=.Lcall_nested
	mov	x8, #KML_FRAME_MARK			// and NO_SYSCALL
	KML_ENTER call, orig_x0=x8
	str	w8, [sp, #S_SYSCALLNO]
	ldr	x9, [x13, #TSK_TI_FLAGS]
	tbnz	x9, #TIF_SINGLESTEP, .Lcall_step
	KML_TRACK
	msr	daifclr, #0xf
	blr	x17
	msr	daifset, #0xf
#ifdef KML_FAST_RETURN
	KML_RETURN call, work=.Lcall_work, syscall=0
#endif
.Lcall_work:
	KML_SAVE_KEPT
	str	xzr, [sp, #S_PSTATE + 8]		// no longer a call
.Lsyscall_work:
	str	x0, [sp, #S_X0]

	/* What a task does that fork has made: work, and the kernel's return. */
	msr	daifclr, #0xf
	ldr_l	x30, kml_gate_kernel + GATE_RETURN
	ret					// no landing pad there

.Lcall_step:
	KML_STOP_STEP x9
	KML_TRACK
	msr	daifclr, #0xf
	blr	x17
	msr	daifset, #0xf
	b	.Lcall_work

	KML_KEYS call

	/*
	 * A callback of a gated function: we are where the gate would take us. But
	 * in an interrupt, where handlers run, only for what may be called there.
	 */
.Lcall_nested:
	IN_HARDIRQ x8
	b.eq	1f
	ldrh	w8, [x16, #KML_EXPORT_FLAGS]
	tst	w8, #KML_EXPORT_IN_IRQ
	b.eq	.Lforbidden
1:	ldr	x17, [x16, #KML_EXPORT_TARGET]
	br	x17

	/*
	 * A handler has called what may sleep, and is abandoned; interrupt code of
	 * the program that is no handler gets an error.
	 */
.Lforbidden:
	stp	x29, x30, [sp, #-16]!
	mov	x29, sp
	mov	x0, x30
	bl	kml_handler_forbidden
	cbnz	x0, kml_handler_abandoned
	ldp	x29, x30, [sp], #16
.Lbusy:
	mov	x0, #-EBUSY
	ret
SYM_CODE_END(kml_gate_call)

/*
 * The kernel's function takes the frame. Where seccomp, ptrace or audit look on,
 * all from the check of the number on is the kernel's; so is the restart.
 */
SYM_CODE_START(kml_gate_syscall)
	KML_LOOK nested=.Lsyscall_nested
	ldr	w14, [x16, #KML_EXPORT_NR]
	KML_ENTER syscall, orig_x0=x0
	KML_SAVE_KEPT
	alternative_insn nop, SET_PSTATE_PAN(1), ARM64_HAS_PAN, CONFIG_ARM64_PAN
	stp	x0, x1, [sp, #S_X0]
	stp	x2, x3, [sp, #S_X2]
	stp	x4, x5, [sp, #S_X4]
	str	x14, [sp, #S_X8]
	str	w14, [sp, #S_SYSCALLNO]
	ldr	x9, [x13, #TSK_TI_FLAGS]
	tbnz	x9, #TIF_SINGLESTEP, .Lsyscall_step
.Lsyscall:
	KML_TRACK
	msr	daifclr, #0xf
#ifdef KML_FAST_RETURN
	tst	x9, #_TIF_SYSCALL_WORK
	b.ne	kml_gate_dispatch
	mov	x0, sp
	blr	x17
	msr	daifset, #0xf
	KML_RETURN syscall, work=.Lsyscall_work, syscall=1
#else
	b	kml_gate_dispatch
#endif

.Lsyscall_step:
	KML_STOP_STEP x10
	b	.Lsyscall

	KML_KEYS syscall

	/* There is a pt_regs above us already, and only room for one. */
.Lsyscall_nested:
	IN_HARDIRQ x8
	b.ne	.Lforbidden
	b	.Lbusy
SYM_CODE_END(kml_gate_syscall)

/*
 * Also the target of system calls that return with other registers than they
 * were called with: exec and sigreturn. Called by the gate in place of them.
 */
SYM_CODE_START(kml_gate_dispatch)
	bti	c
	mov	x0, sp
	ldr_l	x30, kml_gate_kernel + GATE_RETURN
	ldr_l	x17, kml_gate_kernel + DO_SVC
	br	x17
SYM_CODE_END(kml_gate_dispatch)

	.globl	kml_gate_end
kml_gate_end:
