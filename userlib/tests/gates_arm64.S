/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stand-in for the module's gates on arm64, for tests/bind.c: notes what the
 * image's stub handed over and goes on as the gates do.
 */
	.section .note.GNU-stack, "", %progbits
	.text

#define TARGET	0		/* struct kml_export */

/* x16 = the struct kml_export */
	.globl	test_gate
	.type	test_gate, %function
test_gate:
	adrp	x17, test_gate_entry
	str	x16, [x17, #:lo12:test_gate_entry]
	ldr	x17, [x16, #TARGET]
	br	x17
	.size	test_gate, . - test_gate
