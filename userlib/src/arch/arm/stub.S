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

	.data
	.balign 4
	.globl	kml_slots, kml_slots_end
	.hidden	kml_slots, kml_slots_end
kml_slots:

	.section .rodata, "a", %progbits
	.globl	kml_slot_names
	.hidden	kml_slot_names
kml_slot_names:

	.section .rodata.kml_slot_versions, "a", %progbits
	.balign 4
	.globl	kml_slot_versions
	.hidden	kml_slot_versions
kml_slot_versions:

/* Where slots point until they are bound; the result fits the prototype. */
	.text
	.type	kml_fail_errno, %function
kml_fail_errno:
	.cfi_startproc
	mvn	r0, #37			/* -ENOSYS, as int and as long long */
	mvn	r1, #0
	bx	lr
	.cfi_endproc
	.size	kml_fail_errno, . - kml_fail_errno

	.type	kml_fail_zero, %function
kml_fail_zero:				/* NULL, false */
	.cfi_startproc
	mov	r0, #0
	bx	lr
	.cfi_endproc
	.size	kml_fail_zero, . - kml_fail_zero

.macro KML_STUB name, fail, version
	.data
.Lslot.\name:
	.word	\fail

	.section .rodata
	.asciz	"\name"

	.section .rodata.kml_slot_versions
	.word	\version

	.text
	.balign	4
	.weak	\name
	.type	\name, %function
\name:
	.cfi_startproc
	ldr	ip, .Loffset.\name
.Lpc.\name:
	ldr	pc, [pc, ip]
.Loffset.\name:
	.word	.Lslot.\name - (.Lpc.\name + 8)
	.cfi_endproc
	.size	\name, . - \name
.endm

.macro KML_STUBS_END
	.data
kml_slots_end:
	/* Whoever links a stub must link the constructor that binds it. */
	.word	kml_bind_image
.endm
