// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Find one dynamic symbol in an ELF image in memory, never reading outside it.
 *
 * The image is the kernel's own, but a damaged one must end in an error and
 * not in a crash before main(): every offset is checked, every loop bounded.
 */
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>

#include "elf_sym.h"

#define ELF_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)
/* The real image has 4 program headers and some 15 dynamic entries. */
#define PHDRS_MAX 32
#define DYNS_MAX 256

/**
 * struct elf_view - the parts of an image that a symbol lookup needs
 * @base: start of the image
 * @size: bytes that may be read
 * @bias: link-time address of @base
 * @dyn: offset of the dynamic section
 * @dyn_len: bytes in it
 * @symtab: offset of the dynamic symbols
 * @strtab: offset of their names
 * @strsz: bytes of names
 * @nsyms: how many symbols
 */
struct elf_view {
	const char *base;
	size_t size;
	size_t bias;
	size_t dyn, dyn_len;
	size_t symtab;
	size_t strtab, strsz;
	size_t nsyms;
};

/* Copying, as nothing says that a damaged image is aligned. */
static bool get(const struct elf_view *v, size_t off, void *to, size_t len)
{
	if (!kml_in_range(v->size, off, len))
		return false;
	memcpy(to, v->base + off, len);
	return true;
}

static bool get_header(const struct elf_view *v, ElfW(Ehdr) *eh)
{
	return get(v, 0, eh, sizeof(*eh)) &&
	       !memcmp(eh->e_ident, ELFMAG, SELFMAG) &&
	       eh->e_ident[EI_CLASS] == ELF_CLASS &&
	       eh->e_phentsize == sizeof(ElfW(Phdr)) &&
	       eh->e_phnum <= PHDRS_MAX;
}

static bool get_phdr(const struct elf_view *v, const ElfW(Ehdr) *eh,
		     unsigned int i, ElfW(Phdr) *ph)
{
	return kml_in_range(v->size, eh->e_phoff, sizeof(*ph)) &&
	       get(v, eh->e_phoff + i * sizeof(*ph), ph, sizeof(*ph));
}

/**
 * kml_elf_span - how many bytes an image says it takes
 * @base: start of the image
 * @readable: bytes from @base known to be readable
 *
 * Return: the size, or 0 if the headers make no sense.
 */
size_t kml_elf_span(const void *base, size_t readable)
{
	struct elf_view v = { .base = base, .size = readable };
	size_t first = SIZE_MAX, end = 0;
	ElfW(Ehdr) eh;
	ElfW(Phdr) ph;

	if (!get_header(&v, &eh))
		return 0;
	for (unsigned int i = 0; i < eh.e_phnum; i++) {
		if (!get_phdr(&v, &eh, i, &ph))
			return 0;
		if (ph.p_type != PT_LOAD)
			continue;
		if (ph.p_memsz > SIZE_MAX - ph.p_vaddr)
			return 0;
		if (first == SIZE_MAX)
			first = ph.p_vaddr - ph.p_offset;
		if (ph.p_vaddr + ph.p_memsz > end)
			end = ph.p_vaddr + ph.p_memsz;
	}
	return first < end ? end - first : 0;
}

static bool find_segments(struct elf_view *v)
{
	bool load = false, dynamic = false;
	ElfW(Ehdr) eh;
	ElfW(Phdr) ph;

	if (!get_header(v, &eh))
		return false;
	for (unsigned int i = 0; i < eh.e_phnum; i++) {
		if (!get_phdr(v, &eh, i, &ph))
			return false;
		if (ph.p_type == PT_LOAD && !load) {
			v->bias = ph.p_vaddr - ph.p_offset;
			load = true;
		} else if (ph.p_type == PT_DYNAMIC) {
			v->dyn = ph.p_vaddr;
			v->dyn_len = ph.p_memsz;
			dynamic = true;
		}
	}
	v->dyn -= v->bias;
	return load && dynamic && kml_in_range(v->size, v->dyn, v->dyn_len);
}

/* The symbols of a GNU hash end with the chain of the highest bucket. */
static bool count_gnu(const struct elf_view *v, size_t hash, size_t *nsyms)
{
	uint32_t head[4], last = 0, link;
	size_t buckets, chains;

	if (!get(v, hash, head, sizeof(head)) || head[2] > v->size)
		return false;
	buckets = hash + sizeof(head) + head[2] * sizeof(ElfW(Addr));
	if (!kml_in_range(v->size, buckets, (size_t)head[0] * 4))
		return false;
	chains = buckets + (size_t)head[0] * 4;
	for (uint32_t i = 0; i < head[0]; i++) {
		memcpy(&link, v->base + buckets + (size_t)i * 4, 4);
		if (link > last)
			last = link;
	}
	if (last < head[1]) {
		*nsyms = head[1];
		return true;
	}
	do {
		if (!get(v, chains + (size_t)(last - head[1]) * 4, &link, 4))
			return false;
		last++;
	} while (!(link & 1));
	*nsyms = last;
	return true;
}

static bool count_sysv(const struct elf_view *v, size_t hash, size_t *nsyms)
{
	uint32_t head[2];

	if (!get(v, hash, head, sizeof(head)))
		return false;
	*nsyms = head[1];
	return true;
}

static bool find_tables(struct elf_view *v)
{
	size_t hash = 0, gnu_hash = 0;
	ElfW(Dyn) d;

	for (unsigned int i = 0; i < DYNS_MAX; i++) {
		if ((i + 1) * sizeof(d) > v->dyn_len)
			break;
		get(v, v->dyn + i * sizeof(d), &d, sizeof(d));
		if (d.d_tag == DT_NULL)
			break;
		if (d.d_tag == DT_SYMTAB)
			v->symtab = d.d_un.d_ptr - v->bias;
		else if (d.d_tag == DT_STRTAB)
			v->strtab = d.d_un.d_ptr - v->bias;
		else if (d.d_tag == DT_STRSZ)
			v->strsz = d.d_un.d_val;
		else if (d.d_tag == DT_HASH)
			hash = d.d_un.d_ptr - v->bias;
		else if (d.d_tag == DT_GNU_HASH)
			gnu_hash = d.d_un.d_ptr - v->bias;
	}
	if (!v->symtab || !v->strtab || !kml_in_range(v->size, v->strtab, v->strsz))
		return false;
	if (hash ? !count_sysv(v, hash, &v->nsyms) :
	    !gnu_hash || !count_gnu(v, gnu_hash, &v->nsyms))
		return false;
	return v->nsyms <= v->size / sizeof(ElfW(Sym)) &&
	       kml_in_range(v->size, v->symtab, v->nsyms * sizeof(ElfW(Sym)));
}

/**
 * kml_elf_symbol - find a defined dynamic symbol
 * @base: start of the image
 * @size: bytes that may be read
 * @name: the symbol
 * @off: gets its offset from @base, which is below @size
 *
 * A plain scan: it is done once per process, over some 800 symbols.
 *
 * Return: 0, -ENOENT if a sound image has no such symbol, -EBADMSG if the
 * image is damaged.
 */
int kml_elf_symbol(const void *base, size_t size, const char *name, size_t *off)
{
	struct elf_view v = { .base = base, .size = size };
	size_t len = strlen(name) + 1;
	ElfW(Sym) sym;

	if (!find_segments(&v) || !find_tables(&v))
		return -EBADMSG;
	for (size_t i = 0; i < v.nsyms; i++) {
		get(&v, v.symtab + i * sizeof(sym), &sym, sizeof(sym));
		if (sym.st_name >= v.strsz)
			return -EBADMSG;
		if (sym.st_shndx == SHN_UNDEF || len > v.strsz - sym.st_name ||
		    memcmp(v.base + v.strtab + sym.st_name, name, len))
			continue;
		*off = sym.st_value - v.bias;
		return *off < size ? 0 : -EBADMSG;
	}
	return -ENOENT;
}
