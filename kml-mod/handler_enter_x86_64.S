/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The call of a handler on x86_64.
 *
 * Who gets here: kml_handler_run(), in a hard interrupt.
 *
 * Machine state on entry: CPL0, the interrupt's stack (that of the CPU, or of the
 * task if it was in user mode), IF clear, the program's
 * address space is loaded, GS base is the kernel's. FS base is whatever the
 * interrupted task has: handlers have no TLS.
 *	%rdi	struct kml_run
 *	%rsi	the handler
 *	%rdx	its first argument
 *	%rcx	its second one
 *
 * On exit: %eax is what the handler has returned, system flags are clean again.
 *
 * kml_handler_return is also where a handler goes on that is abandoned, with
 * the stack pointer that was saved in struct kml_run.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>
#include <asm/processor-flags.h>
#include <asm/unwind_hints.h>
#include "handler.h"

	.text

SYM_CODE_START(kml_handler_enter)
	UNWIND_HINT_FUNC
	ANNOTATE_NOENDBR
	pushq	%rbp
	movq	%rsp, %rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$8, %rsp
	movq	%rsp, KML_RUN_SP(%rdi)
	movq	%rsi, %rax
	movq	%rdx, %rdi
	movq	%rcx, %rsi
	/* the kernel's own functions keep 8 bytes, a program's SSE code takes 16 for granted */
	andq	$-16, %rsp
	CALL_NOSPEC rax
	leaq	-48(%rbp), %rsp
SYM_INNER_LABEL(kml_handler_return, SYM_L_GLOBAL)
	/* whoever comes here has the stack pointer of then: 7 words and the return address */
	UNWIND_HINT sp_reg=ORC_REG_SP sp_offset=64 type=UNWIND_HINT_TYPE_CALL
	ANNOTATE_NOENDBR
	/* it may have set any flag, also IF */
	pushq	$X86_EFLAGS_FIXED
	popfq
	addq	$8, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
SYM_CODE_END(kml_handler_enter)
