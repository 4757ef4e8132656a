/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arm64: one stub per export, a jump through the export's slot.
 *
 * On entry and on exit: as at the start of any C function, arguments in
 * registers and on the stack, return address in x30. No register is touched but
 * x16 and x17, which the C ABI gives to such code.
 *
 * Weak, so that a program that is linked statically may have a function of
 * its own called schedule().
 */
	.section .note.GNU-stack, "", %progbits

/* Where slots point until they are bound; the result fits the prototype. */
.macro KML_FAIL
	.text
	.globl	kml_fail_errno
	.hidden	kml_fail_errno
	.type	kml_fail_errno, %function
kml_fail_errno:
	.cfi_startproc
	hint	#34			/* bti c */
	mov	x0, #-38		/* -ENOSYS, as int and as long */
	ret
	.cfi_endproc
	.size	kml_fail_errno, . - kml_fail_errno

	.globl	kml_fail_zero
	.hidden	kml_fail_zero
	.type	kml_fail_zero, %function
kml_fail_zero:				/* NULL, false */
	.cfi_startproc
	hint	#34
	mov	x0, #0
	ret
	.cfi_endproc
	.size	kml_fail_zero, . - kml_fail_zero
.endm

/*
 * An object of its own for each export, so that a program has the records of
 * those that it uses. The relocations that do nothing keep the record, and
 * link the constructor that has it checked.
 */
.macro KML_STUB name, fail, prototype, crc, flags
	.data
	.balign	8
	.hidden	\fail
.Lslot:
	.quad	\fail

	/* struct kml_record */
	.section kml_records, "a", %progbits
	.balign	8
.Lrecord:
	.long	.Lrecord_end - .Lrecord
	.long	\flags, \prototype, \crc
	.long	.Lslot - .Lrecord
	.asciz	"\name"
	.balign	8
.Lrecord_end:

	.hidden	kml_records_anchor
	.text
	.balign	16
	.weak	\name
	.type	\name, %function
\name:
	.cfi_startproc
	.reloc	., R_AARCH64_NONE, .Lrecord
	.reloc	., R_AARCH64_NONE, kml_records_anchor
	hint	#34			/* bti c */
	adrp	x16, .Lslot
	ldr	x17, [x16, #:lo12:.Lslot]
	br	x17
	.cfi_endproc
	.size	\name, . - \name
.endm
