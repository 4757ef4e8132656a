/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fast ways in do where the kernel tracks the context of CPUs: macros
 * that the gates (gate_x86_64.S) and SYSCALL's entry (entry_x86_64.S) include.
 */
/*
 * Where the kernel tracks the context of CPUs (nohz_full), each must know
 * whether it runs a program. One that is not among those CPUs is asked by
 * nobody else, and RCU watches it anyway, so the number is all that there is
 * (__ct_user_exit()). With interrupts off, as the number is about what an
 * interrupt would see: the program, or the kernel on the task stack.
 */

/* Goes to \other if the CPU is one of them. */
.macro KML_CT_TEST other:req
	cmpb	$0, PER_CPU_VAR(context_tracking + KML_CT_ACTIVE)
	jne	\other
.endm

.macro KML_CT_ENTER
	subl	$KML_CT_USER, PER_CPU_VAR(context_tracking + KML_CT_STATE)
.endm

/* Interrupts off. The task may be on another CPU by now. */
.macro KML_CT_EXIT other:req
	KML_CT_TEST other=\other
	addl	$KML_CT_USER, PER_CPU_VAR(context_tracking + KML_CT_STATE)
.endm
