/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What a program calls: one stub per export, for arm64.
 *
 * Machine state on entry: that of a function call of the C ABI, at EL1t (or
 * EL2t) on the program's stack. A stub leaves all argument registers alone, and
 * branches by x17, so that the gate needs no landing pad of another kind.
 *	x16 to the gates	the export's struct kml_export, from which the
 *				gate takes the target and kml_ret's place
 *
 * Call and system call differ in the gate that the entry names. A leaf is code of
 * the image (leaf*.c); its entry names the gate to the kernel's function.
 *
 * The entries are data of the image: kml_entry_NAME is defined by the linker.
 */

#include "table.h"

#define ENOSYS			38

	.text

.macro KML_FUNC name:req
	.balign	16, 0
	.globl	\name
	.type	\name, %function
\name:
	.hidden	kml_stub_\name
	.globl	kml_stub_\name
	.type	kml_stub_\name, %function
kml_stub_\name:
	.pushsection .rodata.names, "a"
	.globl	kml_name_\name
	.hidden	kml_name_\name
kml_name_\name:
	.asciz	"\name"
	.popsection
	.hidden	kml_entry_\name
	.cfi_startproc
.endm

.macro KML_END name:req
	.cfi_endproc
	.size	\name, . - \name
.endm

.macro KML_TO_GATE export:req
	adr	x16, kml_entry_\export
	ldr	x17, [x16, #ENTRY_GATE]
	br	x17
.endm

.macro KML_STUB name:req
	KML_FUNC \name
	KML_TO_GATE \name
	KML_END \name
.endm

.macro KML_LEAF name:req
	KML_FUNC \name
	b	kml_leaf_\name
	KML_END \name

	.balign	16, 0
	.globl	kml_gated_\name
	.hidden	kml_gated_\name
	.type	kml_gated_\name, %function
kml_gated_\name:
	.cfi_startproc
	KML_TO_GATE \name
	KML_END kml_gated_\name
.endm

/*
 * The target takes the named arguments and a va_list *. Of the others, those
 * that are in registers are kept at the top of the frame, below those that are
 * not; no function has one in a floating point register.
 */
.macro KML_VARIADIC name:req, nargs:req
	KML_FUNC \name
	stp	x29, x30, [sp, #-112]!
	.cfi_adjust_cfa_offset 112
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	stp	x0, x1, [sp, #48]
	stp	x2, x3, [sp, #64]
	stp	x4, x5, [sp, #80]
	stp	x6, x7, [sp, #96]
	add	x16, sp, #112
	stp	x16, x16, [sp, #16]		/* __stack, __gr_top */
	mov	w17, #-8 * (8 - \nargs)
	stp	xzr, x17, [sp, #32]		/* __vr_top, __gr_offs, __vr_offs */
	.if \nargs > 7
	.error "\name: no register left for the va_list"
	.endif
	add	x\nargs, sp, #16
	bl	1f
	ldp	x29, x30, [sp], #112
	.cfi_remember_state
	.cfi_adjust_cfa_offset -112
	.cfi_restore x29
	.cfi_restore x30
	ret
	.cfi_restore_state
1:	KML_TO_GATE \name
	KML_END \name
.endm

/* Never run: the module points the symbol into the stock vDSO. */
.macro KML_STOCK name:req
	.balign	16, 0
	.globl	\name
	.type	\name, %function
\name:
	.cfi_startproc
	mov	x0, #-ENOSYS
	ret
	KML_END \name
.endm

/* The linker appends the entries. */
.macro KML_TABLE_HEAD count:req
	.section .rodata.kml_table, "a"
	.balign	64
	.globl	__kml_table
	.type	__kml_table, %object
	.size	__kml_table, TABLE_HEAD_SIZE + TABLE_ENTRY_SIZE * \count
	/* for the image's own code, which must not look for it in the program */
	.globl	kml_this_table
	.hidden	kml_this_table
kml_this_table:
__kml_table:
	.ascii	"KML1"
	.short	1, 4				/* abi_major, abi_minor */
	.long	TABLE_ENTRY_SIZE, \count
	.long	TABLE_HEAD_SIZE, 0		/* entries, flags */
	.fill	9, 8, 0				/* the gates, missing */
	.fill	64, 1, 0			/* release */
	.balign	64
.endm

/*
 * Where the gates say that the program is while it is in the kernel: a signal
 * handler or a tracer sees it at the end of a stub. A system call to be
 * restarted is resumed 4 bytes before, at the svc, with its number in x8.
 */
	.balign	16, 0
	.globl	kml_ret, kml_syscall_ret
	.hidden	kml_ret, kml_syscall_ret
	.type	kml_ret, %function
kml_ret:
	.cfi_startproc
	ret
	KML_END kml_ret

	.type	kml_syscall_restart, %function
kml_syscall_restart:
	.cfi_startproc
	svc	#0
	.type	kml_syscall_ret, %function
kml_syscall_ret:
	ret
	KML_END kml_syscall_restart

	.section .note.GNU-stack, "", %progbits
	.text
