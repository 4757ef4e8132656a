/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gates of ARMv7.
 *
 * Who gets here: a stub of the KML vDSO, called like a C function by a
 * privileged program.
 *
 * Machine state on entry: SYS mode, ARM state, sp and lr are the program's
 * (banked with USR mode), interrupts normally on, TPIDRURO is the program's
 * TLS pointer, access to user memory is enabled. The SVC stack pointer is that
 * of the empty kernel stack of this task, as it is when a supervisor call
 * comes. Arguments are in r0 to r3 and on the stack.
 *	ip	the export's struct kml_export in the image
 *
 * On exit: what the C ABI preserves, sp and TPIDRURO are as on entry, the
 * result is in r0 and r1, work that became pending is done. Interrupts are on.
 *
 * A gate does what vector_swi does: to SVC mode with a full struct pt_regs,
 * which has USR mode in its PSR, and current in TPIDRURO. Signals, ptrace and a
 * switch to another task, which saves neither sp nor lr of the program, need
 * that frame. If there is work to do, and on kernels that follow the state of
 * the CPU by software, the way back is the kernel's own, which puts SYS mode and
 * the TLS pointer back. Else the gate does that itself, for less.
 *
 * Access to user memory stays enabled, as it was for the program. The functions
 * of a call gate need that, and find it enabled again after a sleep: thread_info
 * says so, which __switch_to() loads it from. What another task finds is its
 * own. System calls enable it themselves, as ever.
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
#include <asm/asm-offsets.h>
#include <asm/assembler.h>
#include <asm/errno.h>
#include <asm/memory.h>
#include <asm/ptrace.h>
#include <asm/thread_info.h>
#include <asm/uaccess-asm.h>
#include <asm/unwind.h>
#include "kml_gate.h"

/* Offsets into kml_gate_kernel. */
#define ENTRY_TASK	0
#define RET_TO_USER	4
#define LOCAL_RESTART	8
#define CALL_TABLE	12
#define UACCESS		16
#define USER_EXIT	24

#if !defined(CONFIG_TRACE_IRQFLAGS) && !defined(CONFIG_CONTEXT_TRACKING_USER) && \
	!defined(CONFIG_DEBUG_RSEQ) && !defined(CONFIG_GCC_PLUGIN_STACKLEAK)
#define KML_FAST_RETURN
#endif

	.syntax	unified
	.arch	armv7-a
	.arm
	.text

/*
 * To the kernel stack and current, with a frame that lacks what is particular.
 * At the end r9 is current, r10 kml_gate_kernel, in a call r6 what is to be in
 * cpu_domain again, and interrupts are on; the others from r4 to fp are free.
 *
 * Until TPIDRURO is current, nothing may fault. Memory of the module may be
 * missing in this mm's page table until the first access: make it in SYS mode,
 * where it is an ordinary fault. So is a bad pointer to the export. The code and
 * its literals lie in one page.
 */
.macro KML_ENTER orig_r0:req
	push	{r4}
	ldr	r4, .Lkernel
	ldr	r4, [r4, #ENTRY_TASK]
	ldr	r4, [ip, #KML_EXPORT_TARGET]
	pop	{r4}

	cpsid	i, #SVC_MODE
	sub	sp, sp, #PT_REGS_SIZE
	stmia	sp, {r0 - r12}
	add	r8, sp, #S_PC
	stmdb	r8, {sp, lr}^
	ldr	r10, .Lkernel
	ldr	r9, [r10, #ENTRY_TASK]
#ifdef CONFIG_SMP
	mrc	p15, 0, r4, c13, c0, 4		@ this CPU's offset
	ldr	r9, [r9, r4]
#else
	ldr	r9, [r9]
#endif
	mcr	p15, 0, r9, c13, c0, 3		@ current

	ldr	r4, [ip, #KML_EXPORT_RET]
	add	r4, ip, r4
	mov	r5, #USR_MODE
	.ifc	\orig_r0, r0
	mov	r7, r0
	.else
	ldrd	r6, r7, [r10, #UACCESS]		@ closed, open
	str	r7, [r9, #TI_CPU_DOMAIN]
	mov	r7, #KML_FRAME_MARK
	.endif
	stmia	r8, {r4, r5, r7}		@ pc, psr, orig_r0
	cpsie	i
#ifdef CONFIG_CONTEXT_TRACKING_USER
	mov	r4, ip
	ldr	r5, [r10, #USER_EXIT]
	blx	r5
	mov	ip, r4
	ldmia	sp, {r0 - r3}
#endif
.endm

/*
 * Back to the program, results in r0 and r1; r9 is current, interrupts are off.
 * As the kernel does on its fast return, with the same look at the thread flags.
 */
.macro KML_RETURN work:req, syscall:req
	ldr	r2, [r9, #TI_FLAGS]
	movs	r2, r2, lsl #16
	bne	\work
	ldr	r2, [r9, #TI_TP_VALUE]
	mcr	p15, 0, r2, c13, c0, 3		@ no current from here on
	.if \syscall
	uaccess_enable r2, isb=1
	.endif
	add	r2, sp, #S_R4
	ldmia	r2, {r4 - ip, sp, lr}^		@ the banked sp and lr
	add	sp, sp, #PT_REGS_SIZE
	.if \syscall
	mov	r7, ip
	.endif
	cpsie	i, #SYSTEM_MODE
	bx	lr
.endm

/* In SVC mode: NE if this is a hard interrupt. */
.macro IN_HARDIRQ tmp:req
	mrc	p15, 0, \tmp, c13, c0, 3	@ current
	ldr	\tmp, [\tmp, #TI_PREEMPT]
	tst	\tmp, #KML_HARDIRQ_MASK
.endm

	.balign	1024
	.globl	kml_gate_start
kml_gate_start:

/* What the table has as the target of an export that this kernel lacks. */
ENTRY(kml_gate_missing)
	mvn	r0, #ENOSYS - 1
	mvn	r1, #0
	bx	lr
ENDPROC(kml_gate_missing)

ENTRY(kml_gate_call)
 UNWIND(.fnstart	)
 UNWIND(.cantunwind	)
	cmp	sp, #TASK_SIZE
	bhs	.Lcall_nested
	KML_ENTER orig_r0=none

	ldr	r8, [ip, #KML_EXPORT_STACK]
	ldr	ip, [ip, #KML_EXPORT_TARGET]
	mov	r4, sp
	cmp	r8, #0
	bne	.Lcall_arguments
.Lcall:
	mov	fp, #0				@ no caller for unwinders
	blx	ip
	mov	sp, r4
	cpsid	i
	str	r6, [r9, #TI_CPU_DOMAIN]	@ of this task: still open on this CPU
#ifdef KML_FAST_RETURN
	KML_RETURN work=.Lcall_work, syscall=0
.Lcall_work:
#endif
	stmia	sp, {r0, r1}
	mov	r8, #0				@ not a system call
	ldr	pc, [r10, #RET_TO_USER]		@ r9 is current

	/* The function finds the others on the stack, which stays aligned. */
.Lcall_arguments:
	ldr	r7, [sp, #S_SP]
	add	r5, r8, #7
	bic	r5, r5, #7
	sub	sp, sp, r5
1:	subs	r8, r8, #4
	ldr	r5, [r7, r8]
	str	r5, [sp, r8]
	bne	1b
	b	.Lcall

	/*
	 * We are where the gate would take us: a plain call. But in an
	 * interrupt, where handlers run, only for what may be called there.
	 */
.Lcall_nested:
	push	{r4, r5}
	IN_HARDIRQ r4
	beq	1f
	ldrh	r4, [ip, #KML_EXPORT_FLAGS]
	tst	r4, #KML_EXPORT_IN_IRQ
	beq	.Lforbidden
1:	pop	{r4, r5}
	ldr	pc, [ip, #KML_EXPORT_TARGET]

	/*
	 * A handler has called what may sleep, and is abandoned; interrupt code
	 * of the program that is no handler gets an error.
	 */
.Lforbidden:
	mov	r5, lr
	bic	r0, lr, #1
	ldr	r4, .Lhandler_forbidden
	blx	r4
	cmp	r0, #0
	movne	sp, r0
	ldrne	pc, .Lhandler_return
	mov	lr, r5
	pop	{r4, r5}
.Lbusy:
	mvn	r0, #EBUSY - 1
	mvn	r1, #0
	bx	lr
 UNWIND(.fnend		)
ENDPROC(kml_gate_call)

/*
 * The fifth and sixth argument are in r4 and r5. The kernel's function is
 * called as vector_swi does it. Where seccomp, ptrace or audit look on, all
 * from the check of the number on is the kernel's; so is the restart.
 */
ENTRY(kml_gate_syscall)
 UNWIND(.fnstart	)
 UNWIND(.cantunwind	)
	cmp	sp, #TASK_SIZE
	bhs	.Lsyscall_nested
	KML_ENTER orig_r0=r0

	ldr	r4, [sp, #S_R7]
	ldr	r7, [ip, #KML_EXPORT_NR]
	str	r7, [sp, #S_R7]
	str	r4, [sp, #S_IP]			@ kml_syscall_ret takes it back
	str	r7, [r9, #TI_ABI_SYSCALL]
	ldr	r8, [r10, #CALL_TABLE]		@ not 0: a system call
	mov	fp, #0
#ifdef KML_FAST_RETURN
	ldr	r6, [r9, #TI_FLAGS]
	tst	r6, #_TIF_SYSCALL_WORK
	bne	.Ldispatch
	ldr	ip, [ip, #KML_EXPORT_TARGET]
	ldrd	r4, r5, [sp, #S_R4]
	push	{r4, r5}
	blx	ip
	add	sp, sp, #8
	cpsid	i
	KML_RETURN work=.Lsyscall_work, syscall=1
.Lsyscall_work:
	str	r0, [sp, #S_R0]
	ldr	pc, [r10, #RET_TO_USER]
#endif

.Ldispatch:
	uaccess_disable r4
	ldr	ip, [r10, #LOCAL_RESTART]
	ldmia	sp, {r0 - r6}
	bx	ip

	/* There is a pt_regs above us already, and only room for one. */
.Lsyscall_nested:
	push	{r4, r5}
	IN_HARDIRQ r4
	bne	.Lforbidden
	pop	{r4, r5}
	b	.Lbusy
 UNWIND(.fnend		)
ENDPROC(kml_gate_syscall)

/*
 * The target of system calls that return with other registers than they were
 * called with: exec and sigreturn. Called by the gate in place of them.
 */
ENTRY(kml_gate_dispatch)
 UNWIND(.fnstart	)
 UNWIND(.cantunwind	)
	add	sp, sp, #8
	b	.Ldispatch
 UNWIND(.fnend		)
ENDPROC(kml_gate_dispatch)

.Lkernel:
	.word	kml_gate_kernel
.Lhandler_forbidden:
	.word	kml_handler_forbidden
.Lhandler_return:
	.word	kml_handler_return

	/* An error if they are longer, and so might lie in two pages. */
	.org	kml_gate_start + 1024
	.globl	kml_gate_end
kml_gate_end:
