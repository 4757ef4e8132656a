/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arm: one stub per export, a jump through the export's slot.
 *
 * On entry and on exit: as at the start of any C function in ARM state,
 * arguments in registers and on the stack, return address in lr. No register
 * is touched but ip, which the C ABI gives to such code, so that a leaf's slot
 * may hold the kernel function itself. Callers in Thumb state come by BLX, and
 * the load of pc changes to the state of the kernel's function.
 *
 * Weak, so that a program that is linked statically may have a function of
 * its own called schedule().
 */
	.syntax	unified
	.arch	armv7-a
	.arm
	.section .note.GNU-stack, "", %progbits

/* Where slots point until they are bound; the result fits the prototype. */
.macro KML_FAIL
	.text
	.globl	kml_fail_errno
	.hidden	kml_fail_errno
	.type	kml_fail_errno, %function
kml_fail_errno:
	.cfi_startproc
	mvn	r0, #37			/* -ENOSYS, as int and as long long */
	mvn	r1, #0
	bx	lr
	.cfi_endproc
	.size	kml_fail_errno, . - kml_fail_errno

	.globl	kml_fail_zero
	.hidden	kml_fail_zero
	.type	kml_fail_zero, %function
kml_fail_zero:				/* NULL, false */
	.cfi_startproc
	mov	r0, #0
	bx	lr
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
	.balign	4
	.hidden	\fail
.Lslot:
	.word	\fail

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
	.balign	4
	.weak	\name
	.type	\name, %function
\name:
	.cfi_startproc
	.reloc	., R_ARM_NONE, .Lrecord
	.reloc	., R_ARM_NONE, kml_records_anchor
	ldr	ip, .Loffset
.Lpc:
	ldr	pc, [pc, ip]
.Loffset:
	.word	.Lslot - (.Lpc + 8)
	.cfi_endproc
	.size	\name, . - \name
.endm
