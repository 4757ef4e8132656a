/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Macros that the fast ways in share: the gates (gate_x86_64.S) and SYSCALL's
 * entry (entry_x86_64.S) include it.
 */

/*
 * Ends what runs on the program's stack: the int3 of a probe there would be
 * taken for the program's, and kill it.
 */
#define KML_CODE_END(name)	SYM_CODE_END(name) ASM_NL _ASM_NOKPROBE(name)

/* What a fast way in leaves out and a way out with work wants. */
.macro KML_SAVE_CALLEE_SAVED
	movq	%rbx, RBX(%rsp)
	movq	%rbp, RBP(%rsp)
	movq	%r12, R12(%rsp)
	movq	%r13, R13(%rsp)
	movq	%r14, R14(%rsp)
	movq	%r15, R15(%rsp)
.endm

/* Is there nothing to do before the program goes on? Interrupts off. */
.macro KML_CHECK_WORK work:req
	cli
	movq	KML_CURRENT_TASK, %rcx
	testl	$KML_GATE_WORK, KML_TI_FLAGS(%rcx)
	jnz	\work
.endm

/*
 * Before the jump to the last function, whose argument is pt_regs: it returns
 * into the kernel's way to IRET, with all registers from there.
 */
.macro KML_LEAVE
	movq	%rsp, %rdi
	pushq	kml_gate_return_ip(%rip)
	UNWIND_HINT_REGS offset=8
.endm

/*
 * Where the kernel tracks the context of CPUs (nohz_full), each must know
 * whether it runs a program. One that is not among those CPUs is asked by
 * nobody else, and RCU watches it anyway, so the number is all that there is
 * (__ct_user_exit()). With interrupts off, as the number is about what an
 * interrupt would see: the program, or the kernel on the task stack. The task
 * may be on another CPU at exit than at entry.
 */
.macro KML_CT_ENTER
	cmpb	$0, PER_CPU_VAR(context_tracking + KML_CT_ACTIVE)
	je	.Lct_number\@
	call	kml_ct_enter
	jmp	.Lct_done\@
.Lct_number\@:
	subl	$KML_CT_USER, PER_CPU_VAR(context_tracking + KML_CT_STATE)
.Lct_done\@:
.endm

/* Goes to \work if there is some now. Clobbers what a call does but %rax. */
.macro KML_CT_EXIT work:req
	cmpb	$0, PER_CPU_VAR(context_tracking + KML_CT_ACTIVE)
	je	.Lct_number\@
	movq	%rax, RAX(%rsp)
	call	kml_ct_exit
	testb	%al, %al
	movq	RAX(%rsp), %rax
	jz	\work
	jmp	.Lct_done\@
.Lct_number\@:
	addl	$KML_CT_USER, PER_CPU_VAR(context_tracking + KML_CT_STATE)
.Lct_done\@:
.endm
