/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stub of an export that is named when the module is loaded. It lies in
 * its struct kml_export, so that it is the same for all: it finds the
 * structure by its own place and takes the gate, of a leaf the target, from
 * there. Registers are as kml-vdso/stub-*.S says.
 */
#ifdef CONFIG_ARM64
#include <asm/assembler.h>
#endif
#include "kml_gate.h"

	.section .rodata, "a"
	.balign	4
	.globl	kml_extra_stub, kml_extra_stub_end
kml_extra_stub:
#ifdef CONFIG_X86_64
	lea	kml_extra_stub - KML_EXPORT_CODE(%rip), %rax
	jmp	*KML_EXPORT_GATE(%rax)
#elif defined(CONFIG_ARM64)
	bti	c
	adr	x16, kml_extra_stub - KML_EXPORT_CODE
	ldr	x17, [x16, #KML_EXPORT_GATE]
	br	x17
#else
	.arm
	sub	ip, pc, #KML_EXPORT_CODE + 8
	ldr	pc, [ip, #KML_EXPORT_GATE]
#endif
kml_extra_stub_end:
