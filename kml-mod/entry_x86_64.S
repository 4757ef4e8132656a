/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the SYSCALL instruction of a privileged program enters: MSR_LSTAR names
 * this while such a program is current (kml_load_syscall_entry() in the core).
 *
 * Machine state: CPL0; IF, DF, TF, NT and AC clear (SFMASK); GS base and CR3
 * are the kernel's; RSP is the program's, and nothing may be written there: it
 * has a red zone.
 *	%rax	number of the system call
 *	%rdi %rsi %rdx %r10 %r8 %r9	its arguments
 *	%rcx	where the program goes on
 *	%r11	its flags
 *
 * On exit the result is in %rax; flags, RSP and all other registers are as on
 * entry, but for %rcx and %r11, which SYSCALL takes away.
 *
 * What is not plain goes to the stock entry with every register as it was: the
 * stock entry serves privileged programs, too. Frames, restarts, signals and
 * tracers see what they see behind the stock entry: pt_regs->ip is the program's
 * own, behind its SYSCALL.
 *
 * Until RSP points to the task stack only NMI, #MC and #DB can come, which have
 * stacks of their own. Like the first instructions of a gate, these are taken
 * for the program's while RSP is the program's; a #DB, which a signal's handler
 * could return from with interrupts on, goes back to before SYSCALL
 * (kml_undo_syscall() in the core). An int3 would be neither, so no probe may
 * be put here.
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
#include <asm/unistd.h>
#include <asm/unwind_hints.h>
#include "kml_gate.h"
#include "gate_common_x86_64.S"

	.text

/*
 * What others do not look at while the program is in the kernel, for a way out
 * that does: the callee-saved registers hold the program's values still.
 * Clobbers %rcx.
 */
.macro KML_COMPLETE_ENTRY_FRAME
	orl	$X86_EFLAGS_IF, EFLAGS(%rsp)
	movq	EFLAGS(%rsp), %rcx
	movq	%rcx, R11(%rsp)
	movq	RIP(%rsp), %rcx
	movq	%rcx, RCX(%rsp)
	KML_SAVE_CALLEE_SAVED
.endm

.macro KML_SYSCALL_ENTRY name:req ct=0
SYM_CODE_START(\name)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	cmpq	$NR_syscalls, %rax
	jae	.Lstock
	.if \ct
	/* the dispatcher tells by itself, but not from where we might be then */
	cmpq	$kml_entry_dispatch, kml_syscall_table(,%rax,8)
	je	.Lstock
	.endif
	/* single step, or a flag or interrupts that only IRET gives back */
	xorl	$X86_EFLAGS_IF, %r11d
	testl	$(KML_ODD_FLAGS | X86_EFLAGS_IF), %r11d
	jnz	.Lstock_flags
	/* no other register is free */
	movq	%rsp, PER_CPU_VAR(cpu_tss_rw + TSS_sp2)
	movq	KML_TOP_OF_STACK, %rsp
	pushq	$__USER_DS			/* ss */
	pushq	PER_CPU_VAR(cpu_tss_rw + TSS_sp2)	/* sp */
	pushq	%r11				/* flags without IF */
	pushq	$__USER_CS			/* cs */
	pushq	%rcx				/* ip */
	/* seccomp, ptrace, audit, tracepoints, user dispatch */
	movq	KML_CURRENT_TASK, %rcx
	cmpq	$0, KML_TI_SYSCALL_WORK(%rcx)
	jne	.Lstock_sp
	pushq	%rax				/* orig_ax */
	subq	$ORIG_RAX, %rsp
	UNWIND_HINT_REGS
	movq	%rdi, RDI(%rsp)
	movq	%rsi, RSI(%rsp)
	movq	%rdx, RDX(%rsp)
	movq	%r8, R8(%rsp)
	movq	%r9, R9(%rsp)
	movq	%r10, R10(%rsp)
	/* profilers follow it while the call runs */
	movq	%rbp, RBP(%rsp)
	movq	kml_syscall_table(,%rax,8), %rax
	movq	%rsp, %rdi
	.if \ct
	KML_CT_ENTER
	.endif
	sti
	CALL_NOSPEC rax
	KML_CHECK_WORK work=.Lwork
	.if \ct
	KML_CT_EXIT work=.Lwork
	.endif
	movq	R10(%rsp), %r10
	movq	R9(%rsp), %r9
	movq	R8(%rsp), %r8
	movq	RDX(%rsp), %rdx
	movq	RSI(%rsp), %rsi
	movq	RDI(%rsp), %rdi
	movq	RIP(%rsp), %rcx
	pushq	EFLAGS(%rsp)
	popfq
	movq	RSP(%rsp), %rsp
	UNWIND_HINT_END_OF_STACK
	sti					/* its shadow covers the jump */
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rcx
	int3
KML_CODE_END(\name)
.endm

	KML_SYSCALL_ENTRY kml_entry_syscall
#ifdef CONFIG_CONTEXT_TRACKING_USER
	KML_SYSCALL_ENTRY kml_entry_syscall_ct ct=1
#endif

SYM_CODE_START_LOCAL(kml_entry_slow)
.Lwork:
	UNWIND_HINT_REGS
	KML_COMPLETE_ENTRY_FRAME
	jmp	kml_gate_syscall_exit

.Lstock_sp:
	UNWIND_HINT_END_OF_STACK
	movq	(%rsp), %rcx
	movq	RSP-RIP(%rsp), %rsp
.Lstock_flags:
	xorl	$X86_EFLAGS_IF, %r11d
.Lstock:
	ANNOTATE_RETPOLINE_SAFE
	jmp	*kml_entry_SYSCALL_64(%rip)
	int3
KML_CODE_END(kml_entry_slow)

/*
 * In the table for system calls that use or replace all of pt_regs, and for
 * numbers that nobody has judged: by the stock dispatcher. Called in place of
 * the system call; does not come back.
 */
SYM_CODE_START(kml_entry_dispatch)
	UNWIND_HINT_FUNC
	ANNOTATE_NOENDBR
	cli
	addq	$8, %rsp
	UNWIND_HINT_REGS
	KML_COMPLETE_ENTRY_FRAME
	movq	$-ENOSYS, RAX(%rsp)
	jmp	kml_gate_do_syscall
KML_CODE_END(kml_entry_dispatch)
