/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What a program calls: one stub per export, for arm (ARMv7, EABI).
 *
 * Machine state on entry: that of a function call of the C ABI, in SYSTEM
 * mode and ARM state on the program's stack; the linker or the caller's BLX
 * has left Thumb state. A stub leaves all argument registers alone.
 *	ip to the gates		the export's struct kml_export, from which the
 *				gate takes the target and kml_ret's place
 *
 * Call and system call differ in the gate that the entry names. A leaf is code of
 * the image (leaf*.c); its entry names the gate to the kernel's function.
 *
 * The entries are data of the image: kml_entry_NAME is defined by the linker.
 */

#include "table.h"

#define ENOSYS			38

	.syntax	unified
	.arch	armv7-a
	.arm
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

/* Without literals elsewhere: one cache line, no relocation, only ip. */
.macro KML_TO_GATE name:req, export:req
	ldr	ip, .Lentry_\name
.Lpc_\name:
	add	ip, pc, ip
	ldr	pc, [ip, #ENTRY_GATE]
.Lentry_\name:
	.word	kml_entry_\export - (.Lpc_\name + 8)
.endm

.macro KML_STUB name:req
	KML_FUNC \name
	KML_TO_GATE \name, \name
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
	KML_TO_GATE kml_gated_\name, \name
	KML_END kml_gated_\name
.endm

/*
 * A system call has its fifth and sixth argument in r4 and r5. A child with a
 * stack of its own returns here too: it finds r4, r5, r6 and its first
 * address in the lowest four words of it.
 */
.macro KML_SYSCALL_STACK name:req, bytes:req
	KML_FUNC \name
	push	{r4, r5, r6, lr}
	.cfi_adjust_cfa_offset 16
	.cfi_rel_offset r4, 0
	.cfi_rel_offset r5, 4
	.cfi_rel_offset r6, 8
	.cfi_rel_offset lr, 12
	ldr	r4, [sp, #16]
	.if \bytes > 4
	ldr	r5, [sp, #20]
	.endif
	bl	1f
	pop	{r4, r5, r6, pc}
1:	KML_TO_GATE \name, \name
	KML_END \name
.endm

/* The target takes the named arguments and a va_list *. */
.macro KML_VARIADIC name:req, nargs:req
	KML_FUNC \name
	push	{r0, r1, r2, r3}
	.cfi_adjust_cfa_offset 16
	add	ip, sp, #4 * \nargs
	push	{ip, lr}			/* va_list.__ap */
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset lr, 4
	.if \nargs > 3
	.error "\name: no register left for the va_list"
	.endif
	mov	r\nargs, sp
	bl	1f
	ldr	lr, [sp, #4]
	add	sp, sp, #24
	.cfi_remember_state
	.cfi_adjust_cfa_offset -24
	.cfi_restore lr
	bx	lr
	.cfi_restore_state
1:	KML_TO_GATE \name, \name
	KML_END \name
.endm

/* Never run: the module points the symbol into the stock vDSO. */
.macro KML_STOCK name:req
	.balign	16, 0
	.globl	\name
	.type	\name, %function
\name:
	.cfi_startproc
	mvn	r0, #ENOSYS - 1
	bx	lr
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
 * restarted is resumed 4 bytes before, at the svc, with its number in r7. The
 * program's r7 is in ip, which a system call preserves.
 */
	.balign	16, 0
	.globl	kml_ret, kml_syscall_ret
	.hidden	kml_ret, kml_syscall_ret
	.type	kml_ret, %function
kml_ret:
	.cfi_startproc
	bx	lr
	KML_END kml_ret

	.type	kml_syscall_restart, %function
kml_syscall_restart:
	.cfi_startproc
	.cfi_register r7, ip
	svc	#0
	.type	kml_syscall_ret, %function
kml_syscall_ret:
	mov	r7, ip
	bx	lr
	KML_END kml_syscall_restart

	.section .note.GNU-stack, "", %progbits
	.text
