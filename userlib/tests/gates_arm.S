/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stand-in for the module's gates on arm, for tests/bind.c: notes what the
 * image's stub handed over and goes on as the gates do.
 */
	.syntax	unified
	.arch	armv7-a
	.arm
	.section .note.GNU-stack, "", %progbits
	.text

#define TARGET	0		/* struct kml_export */
#define CLASS	20
#define STACK	36
#define SYSCALL	2

/* ip = the struct kml_export */
	.globl	test_gate
	.type	test_gate, %function
test_gate:
	push	{r6, lr}
	ldr	r6, 1f
0:	add	r6, pc, r6
	str	ip, [r6]
	ldrh	r6, [ip, #CLASS]
	cmp	r6, #SYSCALL
	bne	2f
	ldr	r6, [ip, #STACK]
	cmp	r6, #0
	beq	2f
	cmp	r6, #8
	ldrlo	r5, [sp, #28]	/* no argument of this one, but the test's sixth */
	push	{r4, r5}	/* a system call has its arguments in registers */
	ldr	ip, [ip, #TARGET]
	blx	ip
	add	sp, sp, #8
	pop	{r6, pc}
2:	pop	{r6, lr}
	ldr	pc, [ip, #TARGET]
1:	.word	test_gate_entry - (0b + 8)
	.size	test_gate, . - test_gate
