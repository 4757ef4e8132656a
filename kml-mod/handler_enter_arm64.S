/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The call of a handler on arm64, and the registers that it may use.
 *
 * Who gets here: kml_handler_run(), in a hard interrupt.
 *
 * Machine state on entry: EL1h, or EL2h where the kernel is at EL2, the stack of
 * interrupts, interrupts masked, PAN on, the program's address space is loaded,
 * SP_EL0 is current.
 *	x0	struct kml_run
 *	x1	the handler
 *	x2	its first argument
 *	x3	its second one
 *
 * On exit: w0 is what the handler has returned; DAIF, PAN and x18 are as on entry.
 *
 * A handler runs with debug exceptions masked: breakpoints of a privileged program
 * that is debugged match at this level, too.
 */
#include <linux/linkage.h>
#include <asm/alternative.h>
#include <asm/asm-offsets.h>
#include <asm/assembler.h>
#include <asm/ptrace.h>
#include <asm/sysreg.h>
#include "handler.h"

#define FRAME	112

	.text

SYM_FUNC_START(kml_handler_enter)
	stp	x29, x30, [sp, #-FRAME]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	mrs	x4, daif
	stp	x18, x4, [sp, #96]
	str	x29, [x0, #KML_RUN_SP]
	mov	x16, x1
	mov	x0, x2
	mov	x1, x3
	msr	daifset, #8
	alternative_insn nop, SET_PSTATE_PAN(0), ARM64_HAS_PAN, CONFIG_ARM64_PAN
	blr	x16
SYM_INNER_LABEL(kml_handler_return, SYM_L_GLOBAL)
	alternative_insn nop, SET_PSTATE_PAN(1), ARM64_HAS_PAN, CONFIG_ARM64_PAN
	ldp	x18, x4, [sp, #96]
	msr	daif, x4
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #FRAME
	ret
SYM_FUNC_END(kml_handler_enter)

/*
 * Where a handler goes on that is abandoned: the return from an exception leaves
 * SP where it was.
 *	x0	the stack pointer that was saved in struct kml_run
 */
SYM_CODE_START(kml_handler_abandoned)
	mov	sp, x0
	b	kml_handler_return
SYM_CODE_END(kml_handler_abandoned)

/* Behind FPSR and FPCR at x0 */
.macro EACH_PAIR op:req
	\op	q0, q1, [x0, #16 * 1]
	\op	q2, q3, [x0, #16 * 3]
	\op	q4, q5, [x0, #16 * 5]
	\op	q6, q7, [x0, #16 * 7]
	\op	q8, q9, [x0, #16 * 9]
	\op	q10, q11, [x0, #16 * 11]
	\op	q12, q13, [x0, #16 * 13]
	\op	q14, q15, [x0, #16 * 15]
	\op	q16, q17, [x0, #16 * 17]
	\op	q18, q19, [x0, #16 * 19]
	\op	q20, q21, [x0, #16 * 21]
	\op	q22, q23, [x0, #16 * 23]
	\op	q24, q25, [x0, #16 * 25]
	\op	q26, q27, [x0, #16 * 27]
	\op	q28, q29, [x0, #16 * 29]
	\op	q30, q31, [x0, #16 * 31]
.endm

	.arch_extension	fp
	.arch_extension	simd

SYM_FUNC_START(kml_fpsimd_save)
	EACH_PAIR stp
	mrs	x1, fpsr
	mrs	x2, fpcr
	stp	x1, x2, [x0]
	msr	fpcr, xzr			// as a program finds it
	ret
SYM_FUNC_END(kml_fpsimd_save)

SYM_FUNC_START(kml_fpsimd_restore)
	EACH_PAIR ldp
	ldp	x1, x2, [x0]
	msr	fpsr, x1
	msr	fpcr, x2
	ret
SYM_FUNC_END(kml_fpsimd_restore)
