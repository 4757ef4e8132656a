/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The gates of x86_64.
 *
 * Who gets here: a stub of the KML vDSO, called like a C function by a
 * privileged program.
 *
 * Machine state on entry: CPL0, GS base is the kernel's, CR3 is the kernel's,
 * RSP is the program's stack with the return address on top, flags are the
 * program's (IF normally set). Arguments are in the registers of the C ABI.
 *	%r10	address of a "ret" in the image: where pt_regs->ip will point
 *	%rax	call: the kernel function, syscall: the system call number
 *	%r11	syscall: the system call's function
 *
 * On exit: the callee-saved registers, RSP and the system flags are as on
 * entry, the result is in %rax, work that became pending is done.
 *
 * Until RSP points to the task stack an interrupt takes us for the program,
 * which may be preempted and signalled anywhere; from there on, for the
 * kernel. What lies on the task stack from then on is a struct pt_regs as
 * after SYSCALL, so sleeping, signals, ptrace and fork need nothing special.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/errno.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/ptrace-abi.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>
#include "kml_gate.h"

/* Flags that send a call the slow way: odd ones set, or IF clear. */
#define KML_ODD_FLAGS	(X86_EFLAGS_TF | X86_EFLAGS_DF | X86_EFLAGS_NT | \
			 X86_EFLAGS_AC | X86_EFLAGS_RF)
/* A symbol: an expression with blanks is no macro argument. */
.set KML_PLAIN_FLAGS, (X86_EFLAGS_IF | X86_EFLAGS_FIXED)

	.text

/* Interrupts off if the flags are plain, else go to \odd. No register. */
.macro KML_PLAIN_OR odd:req
	pushfq
	xorl	$X86_EFLAGS_IF, (%rsp)
	testl	$(KML_ODD_FLAGS | X86_EFLAGS_IF), (%rsp)
	leaq	8(%rsp), %rsp
	jnz	\odd
	cli
.endm

/* To the task stack; the upper part of pt_regs. Interrupts are off. */
.macro KML_TO_TASK_STACK flags:req orig_ax:req
	movq	%rsp, PER_CPU_VAR(cpu_tss_rw + TSS_sp2)
	movq	PER_CPU_VAR(pcpu_hot + X86_top_of_stack), %rsp
	pushq	$__USER_DS				/* ss */
	pushq	PER_CPU_VAR(cpu_tss_rw + TSS_sp2)	/* sp */
	pushq	\flags					/* flags */
	pushq	$__USER_CS				/* cs */
	pushq	%r10					/* ip */
	pushq	\orig_ax				/* orig_ax */
.endm

.macro KML_PUSH_CALLEE_SAVED
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	UNWIND_HINT_REGS
.endm

/* The lower part of pt_regs; %rcx and %r10 as SYSCALL would have them. */
.macro KML_PUSH_SYSCALL_REGS flags:req
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%r10		/* cx: the return address */
	pushq	$-ENOSYS	/* ax */
	pushq	%r8
	pushq	%r9
	pushq	%rcx		/* r10: the fourth argument */
	pushq	\flags		/* r11 */
	KML_PUSH_CALLEE_SAVED
.endm

/* Back to the program by IRET, all registers from pt_regs. */
.macro KML_RETURN_BY_IRET
	movq	kml_error_return(%rip), %rax
	JMP_NOSPEC rax
.endm

/* Back to the program's stack, %rax is the result. Interrupts are off. */
.macro KML_RETURN
	movq	RSP(%rsp), %rsp
	UNWIND_HINT_END_OF_STACK
	sti
	RET
.endm

	.globl	kml_gate_start
kml_gate_start:

/* An export that this kernel does not have: the target of its stub. */
SYM_CODE_START(kml_gate_missing)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	movq	$-ENOSYS, %rax
	RET
SYM_CODE_END(kml_gate_missing)

SYM_CODE_START(kml_gate_call_fast)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	testq	%rax, %rax
	jz	kml_gate_missing
	testq	%rsp, %rsp
	js	kml_gate_nested
	KML_PLAIN_OR odd=kml_gate_call_odd
	KML_TO_TASK_STACK flags=$KML_PLAIN_FLAGS orig_ax=$-1
	/* The caller-saved registers are dead to the caller: leave them. */
	subq	$(9*8), %rsp
	KML_PUSH_CALLEE_SAVED
	sti
	CALL_NOSPEC rax
	cli
	movq	PER_CPU_VAR(pcpu_hot + X86_current_task), %rcx
	testl	$KML_GATE_WORK, KML_TI_FLAGS(%rcx)
	jnz	.Lcall_exit
	KML_RETURN
SYM_CODE_END(kml_gate_call_fast)

/*
 * A callback, called by a gated function, calls through the gate again: it is
 * on the task stack already, this is a plain call.
 */
SYM_CODE_START_LOCAL(kml_gate_nested)
	UNWIND_HINT_END_OF_STACK
	JMP_NOSPEC rax
SYM_CODE_END(kml_gate_nested)

/*
 * The same for kernels that follow the state of the CPU by software (context
 * tracking, lockdep), and for programs that single-step, have interrupts off
 * or set one of the odd flags.
 */
SYM_CODE_START(kml_gate_call_full)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	testq	%rax, %rax
	jz	kml_gate_missing
	testq	%rsp, %rsp
	js	kml_gate_nested
kml_gate_call_odd:
	pushfq
	popq	%r11
	pushq	$X86_EFLAGS_FIXED
	popfq
	KML_TO_TASK_STACK flags=%r11 orig_ax=$-1
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	KML_PUSH_CALLEE_SAVED

	movq	%rsp, %rdi
	call	kml_gate_enter
	movq	RDI(%rsp), %rdi
	movq	RSI(%rsp), %rsi
	movq	RDX(%rsp), %rdx
	movq	RCX(%rsp), %rcx
	movq	R8(%rsp), %r8
	movq	R9(%rsp), %r9
	movq	RAX(%rsp), %rax
	CALL_NOSPEC rax
.Lcall_exit:
	movq	%rax, RAX(%rsp)
	movq	%rsp, %rdi
	call	kml_gate_exit
	KML_RETURN_BY_IRET
SYM_CODE_END(kml_gate_call_full)

SYM_CODE_START(kml_gate_syscall_fast)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	testq	%r11, %r11
	jz	kml_gate_missing
	testq	%rsp, %rsp
	js	kml_gate_syscall_nested
	KML_PLAIN_OR odd=kml_gate_syscall_odd
	KML_TO_TASK_STACK flags=$KML_PLAIN_FLAGS orig_ax=%rax
	KML_PUSH_SYSCALL_REGS flags=$KML_PLAIN_FLAGS
	/* seccomp, ptrace, audit, user dispatch: all of it is the kernel's. */
	movq	PER_CPU_VAR(pcpu_hot + X86_current_task), %rcx
	cmpq	$0, KML_TI_SYSCALL_WORK(%rcx)
	jne	kml_gate_dispatch
	sti
	movq	%rsp, %rdi
	CALL_NOSPEC r11
	cli
	movq	PER_CPU_VAR(pcpu_hot + X86_current_task), %rcx
	testl	$KML_GATE_WORK, KML_TI_FLAGS(%rcx)
	jnz	.Lsyscall_exit
	cmpq	$0, KML_TI_SYSCALL_WORK(%rcx)
	jne	.Lsyscall_exit
	KML_RETURN

.Lsyscall_exit:
	UNWIND_HINT_REGS
	sti
	movq	%rax, RAX(%rsp)
	movq	%rsp, %rdi
	movq	kml_syscall_exit_to_user_mode(%rip), %rax
	CALL_NOSPEC rax
	KML_RETURN_BY_IRET
SYM_CODE_END(kml_gate_syscall_fast)

SYM_CODE_START_LOCAL(kml_gate_syscall_nested)
	UNWIND_HINT_END_OF_STACK
	movq	$-EBUSY, %rax
	RET
SYM_CODE_END(kml_gate_syscall_nested)

/* All by the stock dispatcher. */
SYM_CODE_START(kml_gate_syscall_full)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	testq	%r11, %r11
	jz	kml_gate_missing
	testq	%rsp, %rsp
	js	kml_gate_syscall_nested
kml_gate_syscall_odd:
	pushfq
	popq	%r11
	pushq	$X86_EFLAGS_FIXED
	popfq
	KML_TO_TASK_STACK flags=%r11 orig_ax=%rax
	KML_PUSH_SYSCALL_REGS flags=%r11
kml_gate_dispatch:
	movq	%rsp, %rdi
	movslq	ORIG_RAX(%rsp), %rsi
	movq	kml_do_syscall_64(%rip), %rax
	CALL_NOSPEC rax
	KML_RETURN_BY_IRET
SYM_CODE_END(kml_gate_syscall_full)

	.globl	kml_gate_end
kml_gate_end:
