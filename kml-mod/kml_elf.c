// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read and patch the dynamic symbols of a vDSO image. Nothing in the image is
 * believed before it is checked: a damaged one is refused, not followed.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

#include "kml_elf.h"

static int elf_bad(struct kml_elf *elf, const char *why)
{
	elf->why = why;
	return -ENOEXEC;
}

/* @count items of @item bytes at @offset, or NULL if they are not inside. */
static void *elf_at(const struct kml_elf *elf, size_t offset, size_t count,
		    size_t item)
{
	size_t align = item % sizeof(long) ? item : sizeof(long);

	if (offset > elf->size || offset % align ||
	    count > (elf->size - offset) / item)
		return NULL;
	return (char *)elf->base + offset;
}

static Elf_Phdr *elf_segment(const struct kml_elf *elf, unsigned int type)
{
	const Elf_Ehdr *ehdr = elf->base;
	Elf_Phdr *phdr;
	unsigned int i;

	phdr = elf_at(elf, ehdr->e_phoff, ehdr->e_phnum, sizeof(*phdr));
	for (i = 0; phdr && i < ehdr->e_phnum; i++)
		if (phdr[i].p_type == type)
			return &phdr[i];
	return NULL;
}

static int elf_dynamic(struct kml_elf *elf, const Elf_Phdr *segment)
{
	size_t n = segment->p_filesz / sizeof(Elf_Dyn);
	const unsigned int *hash;
	size_t syms = 0, strings = 0, hashes = 0;
	const Elf_Dyn *dyn;

	dyn = elf_at(elf, segment->p_offset, n, sizeof(*dyn));
	for (; dyn && n && dyn->d_tag != DT_NULL; dyn++, n--) {
		switch (dyn->d_tag) {
		case DT_SYMTAB:
			syms = dyn->d_un.d_ptr;
			break;
		case DT_STRTAB:
			strings = dyn->d_un.d_ptr;
			break;
		case DT_STRSZ:
			elf->strings_size = dyn->d_un.d_val;
			break;
		case DT_HASH:
			hashes = dyn->d_un.d_ptr;
			break;
		}
	}
	if (!syms || !strings || !hashes || !elf->strings_size)
		return elf_bad(elf, "its dynamic section is not whole");

	/* The second word of a System V hash table is the number of symbols. */
	hash = elf_at(elf, hashes, 2, sizeof(*hash));
	if (!hash)
		return elf_bad(elf, "its hash table lies outside");
	elf->nsyms = hash[1];
	elf->syms = elf_at(elf, syms, elf->nsyms, sizeof(*elf->syms));
	if (!elf->syms)
		return elf_bad(elf, "its symbols lie outside");
	if (strings > elf->size || elf->strings_size > elf->size - strings)
		return elf_bad(elf, "its strings lie outside");
	elf->strings = (const char *)elf->base + strings;
	if (elf->strings[elf->strings_size - 1])
		return elf_bad(elf, "its last string has no end");
	return 0;
}

/**
 * kml_elf_open - check an image and find its dynamic symbols
 * @elf: filled in
 * @base: the image
 * @size: its size
 *
 * Return: 0, or -ENOEXEC and the reason in @elf if it is no sound image whose
 * one segment begins at its first byte and has address 0.
 */
int kml_elf_open(struct kml_elf *elf, void *base, size_t size)
{
	const Elf_Ehdr *ehdr = base;
	const Elf_Phdr *load, *dynamic;

	memset(elf, 0, sizeof(*elf));
	elf->base = base;
	elf->size = size;
	if (size < sizeof(*ehdr))
		return elf_bad(elf, "it is shorter than an ELF header");
	if (memcmp(ehdr->e_ident, ELFMAG, SELFMAG) ||
	    ehdr->e_type != ET_DYN || ehdr->e_phentsize != sizeof(*load))
		return elf_bad(elf, "it is no ELF shared object of this architecture");
	load = elf_segment(elf, PT_LOAD);
	dynamic = elf_segment(elf, PT_DYNAMIC);
	if (!load || !dynamic)
		return elf_bad(elf, "it lacks a segment or a dynamic section");
	if (load->p_offset || load->p_vaddr)
		return elf_bad(elf, "its segment does not begin at 0");
	if (load->p_filesz > size)
		return elf_bad(elf, "it is shorter than its segment");
	return elf_dynamic(elf, dynamic);
}

/**
 * kml_elf_extend - let the image's segment have more bytes
 * @elf: the image
 * @size: the new size; that much is there
 */
void kml_elf_extend(struct kml_elf *elf, size_t size)
{
	Elf_Phdr *load = elf_segment(elf, PT_LOAD);

	load->p_filesz = size;
	load->p_memsz = size;
	elf->size = size;
}

/**
 * kml_elf_name - name of a symbol
 * @elf: the image
 * @sym: one of its symbols
 *
 * Return: the name, empty if the symbol has none.
 */
const char *kml_elf_name(const struct kml_elf *elf, const Elf_Sym *sym)
{
	if (sym->st_name >= elf->strings_size)
		return "";
	return elf->strings + sym->st_name;
}

/**
 * kml_elf_find - find a symbol that the image defines
 * @elf: the image
 * @name: the symbol's name
 *
 * Return: the symbol or NULL.
 */
Elf_Sym *kml_elf_find(const struct kml_elf *elf, const char *name)
{
	unsigned int i;

	for (i = 1; i < elf->nsyms; i++)
		if (elf->syms[i].st_shndx != SHN_UNDEF &&
		    !strcmp(kml_elf_name(elf, &elf->syms[i]), name))
			return &elf->syms[i];
	return NULL;
}

/**
 * kml_elf_point - let a symbol name what the stock image has under its name
 * @elf: the image that lies directly above the stock one
 * @name: the symbol's name
 * @stock: the stock image
 *
 * Without such a symbol in the stock image there is none in this either.
 *
 * Return: 0, or -ENOENT if @elf lacks the symbol.
 */
int kml_elf_point(struct kml_elf *elf, const char *name,
		  const struct kml_elf *stock)
{
	Elf_Sym *sym = kml_elf_find(elf, name);
	const Elf_Sym *target = kml_elf_find(stock, name);

	if (!sym)
		return -ENOENT;
	if (target) {
		sym->st_value = target->st_value - stock->size;
		sym->st_size = target->st_size;
	} else {
		sym->st_value = 0;
		sym->st_shndx = SHN_UNDEF;
	}
	return 0;
}
