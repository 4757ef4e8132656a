/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gates of x86_64.
 *
 * Who gets here: a stub of the KML vDSO, called like a C function by a
 * privileged program.
 *
 * Machine state on entry: CPL0, GS base is the kernel's, CR3 is the kernel's,
 * RSP is the program's stack with the return address on top, flags are the
 * program's (IF normally set). Arguments are in the registers of the C ABI.
 *	%rax	the export's struct kml_export in the image
 *
 * On exit: the callee-saved registers, RSP and the system flags are as on
 * entry, the result is in %rax, work that became pending is done.
 *
 * Until RSP points to the task stack an interrupt takes us for the program,
 * which may be preempted and signalled anywhere; from there on, for the
 * kernel. top_of_stack belongs to the task, not to the CPU that it is read
 * on, so this needs no protection from migration.
 *
 * What lies on the task stack from then on is a struct pt_regs. The fast gates
 * write what others look at while a task is in the kernel, and the rest only
 * when somebody is going to use all of it: the callee-saved registers still
 * hold the program's values at that time. pt_regs->ip is a "ret" in the image
 * then, with a "syscall" before it for a system call that is to be restarted.
 *
 * The frame of a call is marked in its cs (KML_FRAME_MARK): only then may the
 * function use the program's memory as its own, and find it replaced by scratch
 * memory (fault.c). Nothing of the program's is read after such a function.
 *
 * Nothing returns into a gate that may have lost the program's hold on the
 * module, as an exec does: what ends in another program is jumped to with the
 * kernel's own way out as its return address.
 */
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/asm-offsets.h>
#include <asm/errno.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/ptrace-abi.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>
#include "kml_gate.h"
#include "gate_common_x86_64.S"

#define KML_PLAIN_FLAGS	(X86_EFLAGS_IF | X86_EFLAGS_FIXED)

	.text

/*
 * To the task stack with the parts of pt_regs that are looked at from outside.
 * Goes to \nested if we are on a kernel stack already, a callback of a gated
 * function, and to \odd with one word on the stack. %r11 is the target and
 * %r10 where the program goes on: the first look at the export must be the
 * program's, who may fault. Leaves the program's RSP to be stored: it is in
 * \sp.
 */
.macro KML_TO_TASK_STACK nested:req odd:req sp:req mark=0 ct=0
	movq	KML_EXPORT_TARGET(%rax), %r11
	testq	%rsp, %rsp
	js	\nested
	pushfq
	xorl	$X86_EFLAGS_IF, (%rsp)
	testl	$(KML_ODD_FLAGS | X86_EFLAGS_IF), (%rsp)
	jnz	\odd
	.if \mark
	movslq	KML_EXPORT_RET(%rax), %r10
	addq	%rax, %r10
	.endif
	.if \ct
	cli
	.endif
	leaq	8(%rsp), \sp
	movq	KML_TOP_OF_STACK, %rsp
	subq	$PTREGS_SIZE, %rsp
	UNWIND_HINT_REGS
	movq	\sp, RSP(%rsp)
	movq	$(__USER_CS | \mark << 16), CS(%rsp)
.endm

/* The rest of the frame of a fast gate, but for ip, cx and ax. */
.macro KML_COMPLETE_FRAME
	KML_SAVE_CALLEE_SAVED
	movq	$__USER_DS, SS(%rsp)
	movq	$KML_PLAIN_FLAGS, EFLAGS(%rsp)
	movq	$KML_PLAIN_FLAGS, R11(%rsp)
.endm

/* A system call has left the export in ip. Clobbers %rcx and %rdx. */
.macro KML_COMPLETE_SYSCALL_FRAME
	KML_COMPLETE_FRAME
	movq	RIP(%rsp), %rcx
	movslq	KML_EXPORT_RET(%rcx), %rdx
	addq	%rdx, %rcx
	movq	%rcx, RIP(%rsp)
	movq	%rcx, RCX(%rsp)
.endm

/* The whole frame at once; clean flags, interrupts off. Clobbers %r10, %r11. */
.macro KML_FULL_FRAME orig_ax:req cx:req r10:req mark=0
	pushfq
	popq	%r11
	pushq	$X86_EFLAGS_FIXED
	popfq
	movq	%rsp, %r10
	movq	KML_TOP_OF_STACK, %rsp
	pushq	$__USER_DS		/* ss */
	pushq	%r10			/* sp */
	pushq	%r11			/* flags */
	pushq	$(__USER_CS | \mark << 16)	/* cs */
	movslq	KML_EXPORT_RET(%rax), %r10
	addq	%rax, %r10
	pushq	%r10			/* ip */
	pushq	\orig_ax		/* orig_ax */
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	\cx			/* cx */
	pushq	$-ENOSYS		/* ax */
	pushq	%r8
	pushq	%r9
	pushq	\r10			/* r10 */
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	UNWIND_HINT_REGS
.endm

/*
 * Back to the program's stack, %rax is the result. ret is the instruction
 * itself, covered by the shadow of sti: no interrupt finds the text of a return
 * thunk on the program's stack.
 */
.macro KML_RETURN
	movq	RSP(%rsp), %rsp
	UNWIND_HINT_END_OF_STACK
	sti
	ANNOTATE_UNRET_SAFE
	ret
	int3
.endm

	.globl	kml_gate_start
kml_gate_start:

/* What the table has as the target of an export that this kernel lacks. */
SYM_CODE_START(kml_gate_missing)
	UNWIND_HINT_FUNC
	ANNOTATE_NOENDBR
	movq	$-ENOSYS, %rax
	RET
KML_CODE_END(kml_gate_missing)

.macro KML_CALL_GATE name:req ct=0
SYM_CODE_START(\name)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	KML_TO_TASK_STACK nested=kml_gate_call_nested odd=.Lcall_odd sp=%rax \
			  mark=KML_FRAME_MARK ct=\ct
	movq	%r10, RIP(%rsp)
	movq	$-1, ORIG_RAX(%rsp)
	.if \ct
	KML_CT_ENTER
	sti
	.endif
	CALL_NOSPEC r11
	KML_CHECK_WORK work=.Lcall_work
	.if \ct
	KML_CT_EXIT work=.Lcall_work
	.endif
	KML_RETURN
KML_CODE_END(\name)
.endm

	KML_CALL_GATE kml_gate_call_fast
#ifdef CONFIG_CONTEXT_TRACKING_USER
	KML_CALL_GATE kml_gate_call_ct ct=1
#endif

SYM_CODE_START_LOCAL(kml_gate_call_slow)
.Lcall_work:
	UNWIND_HINT_REGS
	KML_COMPLETE_FRAME
	movq	RIP(%rsp), %rcx
	movq	%rcx, RCX(%rsp)
	jmp	.Lcall_exit

.Lcall_odd:
	UNWIND_HINT_END_OF_STACK
	leaq	8(%rsp), %rsp
	jmp	.Lcall_full
KML_CODE_END(kml_gate_call_slow)

/*
 * We are where the gate would take us: a plain call. But in an interrupt, where
 * handlers run, only for what may be called there.
 */
SYM_CODE_START_LOCAL(kml_gate_call_nested)
	UNWIND_HINT_FUNC
	testl	$KML_HARDIRQ_MASK, KML_PREEMPT_COUNT
	jz	1f
	testw	$KML_EXPORT_IN_IRQ, KML_EXPORT_FLAGS(%rax)
	jz	kml_gate_forbidden
1:	JMP_NOSPEC r11
KML_CODE_END(kml_gate_call_nested)

/*
 * A handler has called what may sleep, and is abandoned; interrupt code of the
 * program that is no handler gets an error.
 */
SYM_CODE_START_LOCAL(kml_gate_forbidden)
	UNWIND_HINT_FUNC
	movq	(%rsp), %rdi
	subq	$8, %rsp
	UNWIND_HINT sp_reg=ORC_REG_SP sp_offset=16 type=UNWIND_HINT_TYPE_CALL
	call	kml_handler_forbidden
	addq	$8, %rsp
	UNWIND_HINT_FUNC
	testq	%rax, %rax
	jz	1f
	movq	%rax, %rsp
	UNWIND_HINT_UNDEFINED
	jmp	kml_handler_return
1:	UNWIND_HINT_FUNC
	movq	$-EBUSY, %rax
	RET
KML_CODE_END(kml_gate_forbidden)

/*
 * The same for kernels that follow the state of interrupts by software
 * (lockdep), and for programs that single-step, have interrupts off or set one
 * of the odd flags.
 */
SYM_CODE_START(kml_gate_call_full)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	movq	KML_EXPORT_TARGET(%rax), %r11
	testq	%rsp, %rsp
	js	kml_gate_call_nested
.Lcall_full:
	KML_FULL_FRAME orig_ax=$-1, cx=%rcx, r10=%rax, mark=KML_FRAME_MARK

	movq	%rsp, %rdi
	call	kml_gate_enter
	movq	R10(%rsp), %rax
	movq	RDI(%rsp), %rdi
	movq	RSI(%rsp), %rsi
	movq	RDX(%rsp), %rdx
	movq	RCX(%rsp), %rcx
	movq	R8(%rsp), %r8
	movq	R9(%rsp), %r9
	movq	KML_EXPORT_TARGET(%rax), %rax
	CALL_NOSPEC rax
.Lcall_exit:
	movq	%rax, RAX(%rsp)
	KML_LEAVE
	jmp	kml_gate_exit
KML_CODE_END(kml_gate_call_full)

/* One gate for each number of arguments: 0 to 6. */
.macro KML_SYSCALL_GATE kind:req nargs:req ct=0
SYM_CODE_START(kml_gate_syscall_\kind\nargs)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	.if \ct
	/* the dispatcher tells by itself, but not from where we might be then */
	cmpq	$kml_gate_dispatch, KML_EXPORT_TARGET(%rax)
	je	kml_gate_syscall_full
	.endif
	KML_TO_TASK_STACK nested=kml_gate_syscall_nested odd=.Lsyscall_odd sp=%r10 ct=\ct
	movq	%rax, RIP(%rsp)
	movl	KML_EXPORT_NR(%rax), %r10d
	movq	%r10, ORIG_RAX(%rsp)
	.if \nargs > 0
	movq	%rdi, RDI(%rsp)
	.endif
	.if \nargs > 1
	movq	%rsi, RSI(%rsp)
	.endif
	.if \nargs > 2
	movq	%rdx, RDX(%rsp)
	.endif
	.if \nargs > 3
	movq	%rcx, R10(%rsp)
	.endif
	.if \nargs > 4
	movq	%r8, R8(%rsp)
	.endif
	.if \nargs > 5
	movq	%r9, R9(%rsp)
	.endif
	/* seccomp, ptrace, audit, user dispatch: all of it is the kernel's. */
	movq	KML_CURRENT_TASK, %rcx
	cmpq	$0, KML_TI_SYSCALL_WORK(%rcx)
	jne	.Ldispatch
	movq	%rsp, %rdi
	.if \ct
	KML_CT_ENTER
	sti
	.endif
	CALL_NOSPEC r11
	KML_CHECK_WORK work=.Lsyscall_work
	.if \ct
	KML_CT_EXIT work=.Lsyscall_work
	.endif
	KML_RETURN
KML_CODE_END(kml_gate_syscall_\kind\nargs)
.endm

.irp nargs, 0, 1, 2, 3, 4, 5, 6
	KML_SYSCALL_GATE fast, \nargs
#ifdef CONFIG_CONTEXT_TRACKING_USER
	KML_SYSCALL_GATE ct, \nargs, ct=1
#endif
.endr

SYM_CODE_START_LOCAL(kml_gate_syscall_slow)
.Lsyscall_work:
	UNWIND_HINT_REGS
	KML_COMPLETE_SYSCALL_FRAME
SYM_INNER_LABEL(kml_gate_syscall_exit, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	movq	%rax, RAX(%rsp)
	KML_LEAVE
	movq	kml_irqentry_exit(%rip), %rax
	JMP_NOSPEC rax

.Ldispatch:
	UNWIND_HINT_REGS
	cli
	KML_COMPLETE_SYSCALL_FRAME
	movq	$-ENOSYS, RAX(%rsp)
	jmp	kml_gate_do_syscall

.Lsyscall_odd:
	UNWIND_HINT_END_OF_STACK
	leaq	8(%rsp), %rsp
	jmp	.Lsyscall_full
KML_CODE_END(kml_gate_syscall_slow)

/*
 * The target of system calls that use or replace all of pt_regs: fork, exec
 * and their like. Called by the fast gate in place of the system call.
 */
SYM_CODE_START(kml_gate_dispatch)
	UNWIND_HINT_FUNC
	ANNOTATE_NOENDBR
	addq	$8, %rsp
	UNWIND_HINT_REGS
	jmp	.Ldispatch
KML_CODE_END(kml_gate_dispatch)

/* There is a pt_regs above us already, and only room for one. */
SYM_CODE_START_LOCAL(kml_gate_syscall_nested)
	UNWIND_HINT_FUNC
	testl	$KML_HARDIRQ_MASK, KML_PREEMPT_COUNT
	jnz	kml_gate_forbidden
	movq	$-EBUSY, %rax
	RET
KML_CODE_END(kml_gate_syscall_nested)

/* All by the stock dispatcher. */
SYM_CODE_START(kml_gate_syscall_full)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	movq	KML_EXPORT_TARGET(%rax), %r11
	testq	%rsp, %rsp
	js	kml_gate_syscall_nested
.Lsyscall_full:
	KML_FULL_FRAME orig_ax=KML_EXPORT_NR(%rax), cx=%r10, r10=%rcx
SYM_INNER_LABEL(kml_gate_do_syscall, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	movl	ORIG_RAX(%rsp), %eax
	movq	%rax, ORIG_RAX(%rsp)
	movslq	%eax, %rsi
	KML_LEAVE
	movq	kml_do_syscall_64(%rip), %rax
	JMP_NOSPEC rax
KML_CODE_END(kml_gate_syscall_full)

	.globl	kml_gate_end
kml_gate_end:

/*
 * A handler has called for a system call, by the instruction: MSR_LSTAR points
 * here while handlers run. The kernel's entry would swap GS, and build its
 * frame on the stack of the interrupted task.
 *
 * Machine state: as the handler's, but %rcx is where it was, %r11 its flags.
 */
SYM_CODE_START(kml_handler_syscall)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	movq	%rcx, %rdi
	andq	$-16, %rsp
	call	kml_handler_forbidden
	movq	%rax, %rsp
	UNWIND_HINT_UNDEFINED
	jmp	kml_handler_return
KML_CODE_END(kml_handler_syscall)
