/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What a program calls: one stub per export, for x86_64.
 *
 * Machine state on entry: that of a function call of the C ABI, at CPL0 on
 * the program's stack. A stub leaves all argument registers alone.
 *	%rax to the gates	the export's struct kml_export, from which the
 *				gate takes the target and kml_ret's place
 *
 * The entries are data of the image: kml_entry_NAME is defined by the linker.
 */

#include "table.h"

#define VA_LIST_SIZE		24
#define SAVE_SIZE		48	/* the six argument registers */
#define ENOSYS			38

	.text

.macro KML_FUNC name:req
	.balign	32, 0xcc
	.globl	\name
	.type	\name, @function
\name:
	.hidden	kml_stub_\name
	.globl	kml_stub_\name
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

/* A leaf is code of the image (leaf*.c), with a gate to the kernel's function. */
.macro KML_LEAF name:req
	KML_FUNC \name
	jmp	kml_leaf_\name
	KML_END \name

	.balign	16, 0xcc
	.globl	kml_gated_\name
	.hidden	kml_gated_\name
	.type	kml_gated_\name, @function
kml_gated_\name:
	.cfi_startproc
	lea	kml_entry_\name(%rip), %rax
	jmp	*__kml_table + TABLE_GATE_CALL(%rip)
	KML_END kml_gated_\name
.endm

.macro KML_CALL name:req
	KML_FUNC \name
	lea	kml_entry_\name(%rip), %rax
	jmp	*__kml_table + TABLE_GATE_CALL(%rip)
	KML_END \name
.endm

.macro KML_SYSCALL name:req, nargs:req
	KML_FUNC \name
	lea	kml_entry_\name(%rip), %rax
	jmp	*__kml_table + TABLE_GATE_SYSCALL + 8 * \nargs(%rip)
	KML_END \name
.endm

/*
 * The target takes the named arguments and a va_list *. What a caller passes
 * in vector registers is lost: the kernel's formats know no floating point.
 * fp_offset is "all used" and the save area has no room for them.
 */
.macro KML_VARIADIC name:req, nargs:req
	KML_FUNC \name
	sub	$VA_LIST_SIZE + SAVE_SIZE, %rsp
	.cfi_adjust_cfa_offset VA_LIST_SIZE + SAVE_SIZE
	mov	%rdi, VA_LIST_SIZE + 0(%rsp)
	mov	%rsi, VA_LIST_SIZE + 8(%rsp)
	mov	%rdx, VA_LIST_SIZE + 16(%rsp)
	mov	%rcx, VA_LIST_SIZE + 24(%rsp)
	mov	%r8, VA_LIST_SIZE + 32(%rsp)
	mov	%r9, VA_LIST_SIZE + 40(%rsp)
	movl	$8 * \nargs, 0(%rsp)			/* gp_offset */
	movl	$176, 4(%rsp)				/* fp_offset */
	lea	VA_LIST_SIZE + SAVE_SIZE + 8(%rsp), %rax
	mov	%rax, 8(%rsp)				/* overflow_arg_area */
	lea	VA_LIST_SIZE(%rsp), %rax
	mov	%rax, 16(%rsp)				/* reg_save_area */
	.if \nargs == 1
	mov	%rsp, %rsi
	.elseif \nargs == 2
	mov	%rsp, %rdx
	.elseif \nargs == 3
	mov	%rsp, %rcx
	.elseif \nargs == 4
	mov	%rsp, %r8
	.elseif \nargs == 5
	mov	%rsp, %r9
	.else
	.error "\name: no register left for the va_list"
	.endif
	call	1f
	add	$VA_LIST_SIZE + SAVE_SIZE, %rsp
	.cfi_adjust_cfa_offset -(VA_LIST_SIZE + SAVE_SIZE)
	ret
	.cfi_adjust_cfa_offset VA_LIST_SIZE + SAVE_SIZE + 8
1:	lea	kml_entry_\name(%rip), %rax
	jmp	*__kml_table + TABLE_GATE_CALL(%rip)
	KML_END \name
.endm

/* Never run: the module points the symbol into the stock vDSO. */
.macro KML_STOCK name:req, binding:req
	.balign	16, 0xcc
	\binding \name
	.type	\name, @function
\name:
	.cfi_startproc
	mov	$-ENOSYS, %rax
	ret
	KML_END \name
.endm

/* The linker appends the entries. */
.macro KML_TABLE_HEAD count:req
	.section .rodata.kml_table, "a"
	.balign	64
	.globl	__kml_table
	.type	__kml_table, @object
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
	.quad	0				/* gate_call */
	.fill	7, 8, 0				/* gate_syscall */
	.quad	0				/* missing */
	.fill	64, 1, 0			/* release */
	.balign	64
.endm

/*
 * Where the gates say that the program is while it is in the kernel: a signal
 * handler or a tracer sees it at the end of a stub. A system call to be
 * restarted is resumed 2 bytes before, at the syscall instruction.
 */
	.balign	32, 0xcc
	.globl	kml_ret, kml_syscall_ret
	.hidden	kml_ret, kml_syscall_ret
	.type	kml_ret, @function
kml_ret:
	.cfi_startproc
	ret
	KML_END kml_ret

	.type	kml_syscall_restart, @function
kml_syscall_restart:
	.cfi_startproc
	syscall
kml_syscall_ret:
	ret
	KML_END kml_syscall_restart

	.section .note.GNU-stack, "", @progbits
	.text
