/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The call of a handler on ARMv7, and the registers that it may use.
 *
 * Who gets here: kml_handler_run(), in a hard interrupt.
 *
 * Machine state on entry: SVC mode, the stack of interrupts or that of the first
 * CPU's idle task, IRQs off, the program's address space is loaded and
 * accessible, TPIDRURO is current.
 *	r0	struct kml_run, whose sp is the stack to change to, or 0
 *	r1	the handler
 *	r2	its first argument
 *	stack	its second one, 64 bits
 *
 * On exit: r0 is what the handler has returned, the PSR is as on entry.
 *
 * kml_handler_return is also where a handler goes on that is abandoned, with the
 * stack pointer that was saved in struct kml_run. The mode of one that returns
 * may be another: SP is of SVC mode then as it was.
 *
 * Thumb code in a Thumb-2 kernel: modules cannot call ARM code from there.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/ptrace.h>
#include <asm/unwind.h>
#include "handler.h"

/* FPEXC: enabled, and no exception pending */
#define FPEXC_EN	(1 << 30)
#define FPEXC_EX	(1 << 31)

	.syntax	unified
	.arch	armv7-a
	.fpu	neon
	.text

ENTRY(kml_handler_enter)
 UNWIND(.fnstart	)
	mrs	r3, cpsr
	push	{r3, r4 - r11, lr}
 UNWIND(.save	{r4 - r11, lr}	)
 UNWIND(.pad	#4		)
	mov	ip, r1
	mov	r1, r0
	mov	r0, r2
	ldrd	r2, r3, [sp, #40]
	mov	r4, sp
	ldr	r5, [r1, #KML_RUN_SP]
	cmp	r5, #0
	it	ne
	movne	sp, r5
	push	{r4, r5}
	str	sp, [r1, #KML_RUN_SP]
	blx	ip
	.globl	kml_handler_return
	.type	kml_handler_return, %function
kml_handler_return:
	cpsid	i, #SVC_MODE
#ifdef CONFIG_CPU_ENDIAN_BE8
	setend	be
#else
	setend	le
#endif
	ldr	sp, [sp]
	pop	{r3, r4 - r11, lr}
	msr	cpsr_cxsf, r3
	bx	lr
 UNWIND(.fnend		)
ENDPROC(kml_handler_enter)

/* r0: where to; r1: whether there are 32 registers of 64 bits, or 16 */
ENTRY(kml_vfp_save)
 UNWIND(.fnstart	)
	vmrs	r2, fpexc
	orr	r3, r2, #FPEXC_EN
	bic	r3, r3, #FPEXC_EX
	vmsr	fpexc, r3
	isb
	vmrs	r3, fpscr
	stmia	r0!, {r2, r3}
	vstmia	r0!, {d0 - d15}
	cmp	r1, #0
	beq	1f
	vstmia	r0!, {d16 - d31}
1:	mov	r3, #0				@ as a program finds it
	vmsr	fpscr, r3
	bx	lr
 UNWIND(.fnend		)
ENDPROC(kml_vfp_save)

/* The same arguments. The handler may have turned the unit off. */
ENTRY(kml_vfp_restore)
 UNWIND(.fnstart	)
	vmrs	r3, fpexc
	orr	r3, r3, #FPEXC_EN
	bic	r3, r3, #FPEXC_EX
	vmsr	fpexc, r3
	isb
	ldmia	r0!, {r2, r3}
	vldmia	r0!, {d0 - d15}
	cmp	r1, #0
	beq	1f
	vldmia	r0!, {d16 - d31}
1:	vmsr	fpscr, r3
	vmsr	fpexc, r2
	isb
	bx	lr
 UNWIND(.fnend		)
ENDPROC(kml_vfp_restore)
