/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stand-in for the module's gates on x86_64, for tests/bind.c: notes what the
 * image's stub handed over and goes on as the gates do.
 */
	.section .note.GNU-stack, "", @progbits
	.text

/* rax = the struct kml_export, whose first member is the target. */
	.globl	test_gate
	.type	test_gate, @function
test_gate:
	mov	%rax, test_gate_entry(%rip)
	jmp	*(%rax)
