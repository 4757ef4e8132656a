/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Code that tests/live.c copies into another process, x86_64: a gate, and
 * 16 bytes on a target that adds its arguments.
 */
	.section .note.GNU-stack, "", @progbits
	.text
	.globl	live_code, live_code_end
live_code:
	jmp	*(%rax)			/* rax = the struct kml_export */
	.balign	16
	lea	(%rdi, %rsi), %rax
	add	%rdx, %rax
	add	%rcx, %rax
	add	%r8, %rax
	add	%r9, %rax
	ret
live_code_end:
