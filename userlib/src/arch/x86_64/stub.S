/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * x86_64: one stub per export, a jump through the export's slot.
 *
 * On entry and on exit: as at the start of any C function, arguments in
 * registers, return address at (%rsp). No register is touched, so that a
 * leaf's slot may hold the kernel function itself.
 *
 * Weak, so that a program that is linked statically may have a function of
 * its own called schedule().
 */
	.section .note.GNU-stack, "", @progbits

	.data
	.balign 8
	.globl	kml_slots, kml_slots_end
	.hidden	kml_slots, kml_slots_end
kml_slots:

	.section .rodata, "a", @progbits
	.globl	kml_slot_names
	.hidden	kml_slot_names
kml_slot_names:

	.section .rodata.kml_slot_versions, "a", @progbits
	.balign 4
	.globl	kml_slot_versions
	.hidden	kml_slot_versions
kml_slot_versions:

/* Where slots point until they are bound; the result fits the prototype. */
	.text
	.type	kml_fail_errno, @function
kml_fail_errno:
	.cfi_startproc
	mov	$-38, %rax		/* -ENOSYS, as int and as long */
	ret
	.cfi_endproc
	.size	kml_fail_errno, . - kml_fail_errno

	.type	kml_fail_zero, @function
kml_fail_zero:				/* NULL, false */
	.cfi_startproc
	xor	%eax, %eax
	ret
	.cfi_endproc
	.size	kml_fail_zero, . - kml_fail_zero

.macro KML_STUB name, fail, version
	.data
.Lslot.\name:
	.quad	\fail

	.section .rodata
	.asciz	"\name"

	.section .rodata.kml_slot_versions
	.long	\version

	.text
	.balign	8
	.weak	\name
	.type	\name, @function
\name:
	.cfi_startproc
	jmp	*.Lslot.\name(%rip)
	.cfi_endproc
	.size	\name, . - \name
.endm

.macro KML_STUBS_END
	.data
kml_slots_end:
	/* Whoever links a stub must link the constructor that binds it. */
	.quad	kml_bind_image
.endm
