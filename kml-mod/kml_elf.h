/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dynamic symbols of a vDSO image in memory. Builds in user space too,
 * where tests feed it damaged images.
 */
#ifndef KML_ELF_H
#define KML_ELF_H

#ifdef __KERNEL__
#include <linux/elf.h>
#include <linux/types.h>
#include <asm/module.h>
#else
#include <link.h>
#include <stddef.h>
typedef ElfW(Ehdr) Elf_Ehdr;
typedef ElfW(Phdr) Elf_Phdr;
typedef ElfW(Dyn) Elf_Dyn;
typedef ElfW(Sym) Elf_Sym;
#endif

/**
 * struct kml_elf - a checked image
 * @base: its first byte; a symbol's value is an offset from there
 * @size: its size
 * @syms: the dynamic symbols
 * @nsyms: their number
 * @strings: their names, the last byte is 0
 * @strings_size: bytes of @strings
 * @why: what is wrong with an image that kml_elf_open() refused
 */
struct kml_elf {
	void *base;
	size_t size;
	Elf_Sym *syms;
	unsigned int nsyms;
	const char *strings;
	size_t strings_size;
	const char *why;
};

int kml_elf_open(struct kml_elf *elf, void *base, size_t size);
void kml_elf_extend(struct kml_elf *elf, size_t size);
const char *kml_elf_name(const struct kml_elf *elf, const Elf_Sym *sym);
Elf_Sym *kml_elf_find(const struct kml_elf *elf, const char *name);
int kml_elf_point(struct kml_elf *elf, const char *name,
		  const struct kml_elf *stock);

#endif /* KML_ELF_H */
