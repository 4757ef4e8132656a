/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stand-ins for the module's gates on x86_64, for tests/bind.c: they note the
 * return label that the image's stub handed over and go on as the gates do.
 */
	.section .note.GNU-stack, "", @progbits
	.text

/* From a call stub: rax = target, r10 = return label. */
	.globl	test_gate_call
	.type	test_gate_call, @function
test_gate_call:
	mov	%r10, test_gate_ret(%rip)
	jmp	*%rax

/* From a syscall stub: eax = number, r11 = target, r10 = return label. */
	.globl	test_gate_syscall
	.type	test_gate_syscall, @function
test_gate_syscall:
	mov	%r10, test_gate_ret(%rip)
	mov	%rax, test_gate_nr(%rip)
	jmp	*%r11
