/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the KML image: one read-only and executable segment from offset
 * 0, so that an offset in the file, an offset in memory and a symbol's value
 * are the same number. After arch/x86/entry/vdso/vdso-layout.lds.S.
 */
SECTIONS
{
	. = SIZEOF_HEADERS;

	.hash		: { *(.hash) }			:text
	.gnu.hash	: { *(.gnu.hash) }
	.dynsym		: { *(.dynsym) }
	.dynstr		: { *(.dynstr) }
	.gnu.version	: { *(.gnu.version) }
	.gnu.version_d	: { *(.gnu.version_d) }
	.gnu.version_r	: { *(.gnu.version_r) }

	.dynamic	: { *(.dynamic) }		:text	:dynamic
	.note		: { *(.note.gnu.build-id) }	:text	:note

	.rodata		: ALIGN(64) {
		*(.rodata.kml_table)
#include "table.lds"
		*(.rodata.names)
	}						:text

	.eh_frame_hdr	: { *(.eh_frame_hdr) }		:text	:eh_frame_hdr
	.eh_frame	: { KEEP(*(.eh_frame)) }	:text

	.text		: ALIGN(64) { *(.text) }	:text	=KML_FILL

	/* The heads of tables of which nobody has use: three words, and one on arm64. */
	.got.plt	: { *(.got.plt) }		:text
	ASSERT(SIZEOF(.got.plt) <= KML_GOT_HEAD * 3, "the image has a PLT")
	.got		: { *(.got) }			:text
	ASSERT(SIZEOF(.got) <= KML_GOT_HEAD, "the image has a GOT")

	/* Anything here would be data of its own or need relocation. */
	.unwanted	: { *(.data*) *(.bss*) *(.dynbss) *(.igot*) *(.plt*) *(.iplt)
			    *(.glue_7*) *(.vfp11_veneer) *(.v4_bx) }
	ASSERT(SIZEOF(.unwanted) == 0, "the image has data of its own")
	/* Apart, as ld.lld puts nothing else where relocations are. */
	.rel.dyn	: { *(.rel .rel.*) }
	.rela.dyn	: { *(.rela*) }
	ASSERT(SIZEOF(.rel.dyn) + SIZEOF(.rela.dyn) == 0, "the image has relocations")

	/* ld.lld wants to be told of these, too. */
	.ARM.attributes	0 : { *(.ARM.attributes) }
	.symtab		0 : { *(.symtab) }
	.strtab		0 : { *(.strtab) }
	.shstrtab	0 : { *(.shstrtab) }

	/DISCARD/	: { *(.note.GNU-stack) *(.note.gnu.property) *(.comment) *(.sframe) }
}

PHDRS
{
	text		PT_LOAD		FLAGS(5) FILEHDR PHDRS;
	dynamic		PT_DYNAMIC	FLAGS(4);
	note		PT_NOTE		FLAGS(4);
	eh_frame_hdr	PT_GNU_EH_FRAME	FLAGS(4);
}
