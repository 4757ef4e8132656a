/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is not C of the test of arm64's gates: the machine's start, a program at
 * EL1t that calls a gate, and what stands for the kernel behind it. Offsets are
 * those of struct run, seen and after in gate_arm64.c, and of struct pt_regs.
 */
	.text
	.globl	_start
_start:
	adrp	x0, vectors
	add	x0, x0, #:lo12:vectors
	msr	vbar_el1, x0
	mrs	x1, CurrentEL
	cmp	x1, #8
	b.ne	1f
	msr	vbar_el2, x0
	ldr	x2, =(1 << 34 | 1 << 27 | 1 << 31)	/* HCR_EL2: E2H, TGE, RW */
	msr	hcr_el2, x2
1:	isb
	ldr	x0, =boot_stack_top
	mov	sp, x0
	bl	main
2:	b	2b

/* What a program keeps over a call: x19 is 0x1919 and so on. */
	.macro	program_registers
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	movz	x\n, #0x\n\n
	.endr
	.endm

	.macro	keep_pan at
	mrs	x10, id_aa64mmfr1_el1
	ubfx	x10, x10, #20, #4
	cbz	x10, 9f
	.inst	0xd5384260 | 10				/* mrs x10, pan */
9:	str	x10, [x9, #\at]
	.endm

/* void run(struct run *r): to EL1t with the given stacks, and the gate */
	.globl	run
run:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	ldr	x1, =saved_sp
	mov	x2, sp
	str	x2, [x1]
	ldp	x4, x5, [x0]
	mov	sp, x4
	msr	spsel, #0
	mov	sp, x5
	msr	daifclr, #0xf
	ldp	x16, x17, [x0, #16]
	mov	x9, x0
	ldp	x0, x1, [x9, #32]
	ldp	x2, x3, [x9, #48]
	ldp	x4, x5, [x9, #64]
	program_registers
	blr	x17
	.globl	behind_call
behind_call:
	ldr	x9, =after
	str	x0, [x9]
	stp	x19, x20, [x9, #8]
	stp	x21, x22, [x9, #24]
	stp	x23, x24, [x9, #40]
	stp	x25, x26, [x9, #56]
	stp	x27, x28, [x9, #72]
	mrs	x10, spsel
	stp	x29, x10, [x9, #88]
	mrs	x10, daif
	mov	x11, sp
	stp	x10, x11, [x9, #104]
	keep_pan 128
	msr	spsel, #1
	mov	x10, sp
	str	x10, [x9, #120]
	ldr	x1, =saved_sp
	ldr	x2, [x1]
	mov	sp, x2
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

/* unsigned long run_nested(gate, export): a call in kernel mode */
	.globl	run_nested
run_nested:
	stp	x29, x30, [sp, #-16]!
	ldr	x9, =nested_sp
	mov	x10, sp
	str	x10, [x9]
	mov	x16, x1
	blr	x0
	.globl	behind_nested
behind_nested:
	ldp	x29, x30, [sp], #16
	ret

/* Where the gate sends a handler that is abandoned, of handler_enter_arm64.S. */
	.globl	kml_handler_abandoned
kml_handler_abandoned:
	mov	sp, x0
	mov	x0, #ABANDONED
	b	behind_nested

/* The kernel's dispatcher of system calls; it writes the result into the frame. */
	.globl	do_svc
do_svc:
	ldr	x9, =seen
	mov	x10, #1
	str	x10, [x9, #104]
	stp	x30, x0, [sp, #-16]!
	bl	observe
	ldp	x30, x1, [sp], #16
	str	x0, [x1]
	ret

/* The kernel's function that a gate calls: it changes all that it may. */
	.globl	target
target:
	mov	x11, sp
	stp	x29, x30, [sp, #-16]!
	bl	observe_at
	ldp	x29, x30, [sp], #16
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	movz	x\n, #0xdead
	.endr
	ret

observe:
	add	x11, sp, #16
observe_at:
	ldr	x9, =seen
	stp	x0, x1, [x9]
	stp	x2, x3, [x9, #16]
	stp	x4, x5, [x9, #32]
	mrs	x10, spsel
	mrs	x12, daif
	stp	x10, x12, [x9, #48]
	mrs	x10, sp_el0
	stp	x11, x10, [x9, #64]
	mrs	x10, mdscr_el1
	stp	x29, x10, [x9, #80]
	keep_pan 128
	b	look

/* The way out of the kernel: SP is the frame. */
	.globl	gate_return
gate_return:
	ldr	x9, =seen
	mrs	x10, daif
	mov	x11, sp
	stp	x10, x11, [x9, #112]
	msr	daifset, #0xf
	mrs	x23, CurrentEL
	ldp	x21, x22, [sp, #256]		/* pc, pstate */
	orr	x22, x22, x23
	ldr	x24, [sp, #248]
	msr	sp_el0, x24
	msr	elr_el1, x21
	msr	spsr_el1, x22
	cmp	x23, #8
	b.ne	1f
	msr	elr_el2, x21
	msr	spsr_el2, x22
1:	ldr	x0, [sp]
	ldp	x19, x20, [sp, #152]
	ldp	x21, x22, [sp, #168]
	ldp	x23, x24, [sp, #184]
	ldp	x25, x26, [sp, #200]
	ldp	x27, x28, [sp, #216]
	ldp	x29, x30, [sp, #232]
	add	sp, sp, #336
	eret

	.globl	kml_ret
kml_ret:
	ret

/* Nothing here is an exception. */
	.balign	2048
vectors:
	.rept	16
	.balign	128
	b	unexpected
	.endr
unexpected:
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x3, CurrentEL
	cmp	x3, #8
	b.ne	1f
	mrs	x0, esr_el2
	mrs	x1, elr_el2
1:	msr	spsel, #1
	ldr	x3, =boot_stack_top
	mov	sp, x3
	b	fatal

/* unsigned long semihosting(unsigned long op, const void *arg) */
	.globl	semihosting
semihosting:
	hlt	#0xf000
	ret

	.bss
	.balign	16
	.space	16384
boot_stack_top:
saved_sp:
	.quad	0
