// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a program's file with libelf. Nothing in the file is believed.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"
#include "util.h"

/* As much as the kernel looks at to tell a script. */
#define HEAD_SIZE 256
/* More than any sane file has; keeps a damaged one from costing minutes. */
#define ENTRIES_MAX 100000

#ifndef ELFOSABI_ARM_FDPIC
#define ELFOSABI_ARM_FDPIC 65
#endif

/**
 * strings_add - append a copy of a string
 * @s: the list
 * @value: the string
 */
void strings_add(struct strings *s, const char *value)
{
	s->list = grow(s->list, s->n, sizeof(*s->list));
	s->list[s->n++] = text("%s", value);
}

/**
 * strings_free - forget a list
 * @s: the list
 */
void strings_free(struct strings *s)
{
	while (s->n)
		free(s->list[--s->n]);
	free(s->list);
	s->list = NULL;
}

static void damaged(struct program *p, const char *what)
{
	if (!p->damage)
		p->damage = text("%s", what);
}

static void read_script(struct program *p, const char *line)
{
	size_t len;

	p->format = PROGRAM_SCRIPT;
	line += strspn(line, " \t");
	len = strcspn(line, " \t\n");
	if (len)
		p->interpreter = text("%.*s", (int)len, line);
	else
		damaged(p, "its #! line names no interpreter");
}

/* Why this kernel does not run such a file privileged. */
static void judge_machine(struct program *p, const GElf_Ehdr *eh)
{
	if (eh->e_type != ET_EXEC && eh->e_type != ET_DYN)
		damaged(p, "it is not linked: neither executable nor shared");
#if defined(__x86_64__)
	if (p->machine == EM_386 ||
	    (p->machine == EM_X86_64 && p->class != ELFCLASS64))
		p->refusal = text("32-bit and x32 programs cannot be privileged; build it for x86_64");
	else if (p->machine != EM_X86_64)
		damaged(p, "it was built for another kind of machine");
#elif defined(__arm__)
	if (p->machine != EM_ARM || p->class != ELFCLASS32)
		damaged(p, "it was built for another kind of machine");
	else if (eh->e_ident[EI_OSABI] == ELFOSABI_ARM_FDPIC)
		p->refusal = text("FDPIC programs cannot be privileged; build it for the standard ABI");
#elif defined(__aarch64__)
	if (p->machine == EM_ARM && p->class == ELFCLASS32)
		p->refusal = text("32-bit programs cannot be privileged; build it for arm64");
	else if (p->machine != EM_AARCH64 || p->class != ELFCLASS64)
		damaged(p, "it was built for another kind of machine");
#endif
}

static const char *machine_name(int machine)
{
	switch (machine) {
	case EM_386:
		return "i386";
	case EM_X86_64:
		return "x86-64";
	case EM_ARM:
		return "ARM";
	case EM_AARCH64:
		return "AArch64";
	default:
		return "program of another machine";
	}
}

static void read_interpreter(struct program *p, Elf *elf, const GElf_Phdr *ph)
{
	Elf_Data *data = NULL;

	if (ph->p_filesz >= 2 && ph->p_filesz <= 4096)
		data = elf_getdata_rawchunk(elf, ph->p_offset, ph->p_filesz,
					    ELF_T_BYTE);
	if (!data || ((char *)data->d_buf)[data->d_size - 1]) {
		damaged(p, "its interpreter (PT_INTERP) has no proper name");
		return;
	}
	if (!p->interpreter)
		p->interpreter = text("%s", (char *)data->d_buf);
}

static void read_segments(struct program *p, Elf *elf)
{
	bool load = false;
	GElf_Phdr ph;
	size_t n;

	if (elf_getphdrnum(elf, &n) || !n) {
		damaged(p, "it has no program headers");
		return;
	}
	for (size_t i = 0; i < n && i < ENTRIES_MAX; i++) {
		if (!gelf_getphdr(elf, i, &ph)) {
			damaged(p, "its program headers lie outside of the file");
			return;
		}
		if (ph.p_type == PT_LOAD)
			load = true;
		else if (ph.p_type == PT_INTERP)
			read_interpreter(p, elf, &ph);
		else if (ph.p_type == PT_DYNAMIC)
			p->dynamic = true;
	}
	if (!load)
		damaged(p, "it has no segment to load");
}

static void read_dynamic(struct program *p, Elf *elf, Elf_Data *data,
			 size_t link)
{
	GElf_Dyn dyn;

	for (int i = 0; i < ENTRIES_MAX && gelf_getdyn(data, i, &dyn); i++) {
		const char *s;

		if (dyn.d_tag == DT_NULL)
			break;
		if (dyn.d_tag != DT_NEEDED && dyn.d_tag != DT_RPATH &&
		    dyn.d_tag != DT_RUNPATH)
			continue;
		s = elf_strptr(elf, link, dyn.d_un.d_val);
		if (!s)
			damaged(p, "its dynamic section names what is not there");
		else if (dyn.d_tag == DT_NEEDED)
			strings_add(&p->needed, s);
		else if (dyn.d_tag == DT_RPATH && !p->rpath)
			p->rpath = text("%s", s);
		else if (dyn.d_tag == DT_RUNPATH && !p->runpath)
			p->runpath = text("%s", s);
	}
}

/* Is @index the version node of the exports? */
static bool is_kernel_node(Elf *elf, Elf_Data *need, size_t link, int index)
{
	size_t off = 0, left = ENTRIES_MAX;
	GElf_Verneed vn;

	while (off < need->d_size && left && gelf_getverneed(need, off, &vn)) {
		size_t aux = off + vn.vn_aux;
		GElf_Vernaux va;

		for (int i = 0; i < vn.vn_cnt && left && aux < need->d_size &&
		     gelf_getvernaux(need, aux, &va); i++, left--) {
			const char *s = elf_strptr(elf, link, va.vna_name);

			if ((va.vna_other & 0x7fff) == index)
				return s && !strcmp(s, KML_NODE);
			if (!va.vna_next)
				break;
			aux += va.vna_next;
		}
		if (!vn.vn_next || !left--)
			break;
		off += vn.vn_next;
	}
	return false;
}

struct tables {
	Elf_Data *sym, *versym, *need;
	size_t sym_link, need_link;
};

/* Undefined symbols of the exports' version, whoever is to provide them. */
static void read_needs(struct program *p, Elf *elf, const struct tables *t)
{
	enum { UNSEEN, NO, YES } seen[256] = { };
	GElf_Versym version;
	GElf_Sym sym;

	for (int i = 1; i < ENTRIES_MAX && gelf_getsym(t->sym, i, &sym); i++) {
		const char *name;

		if (sym.st_shndx != SHN_UNDEF ||
		    !gelf_getversym(t->versym, i, &version))
			continue;
		version &= 0x7fff;
		/* a program has a handful of version nodes */
		if (version >= ARRAY_SIZE(seen))
			continue;
		if (seen[version] == UNSEEN)
			seen[version] = is_kernel_node(elf, t->need,
						       t->need_link, version) ?
					YES : NO;
		name = elf_strptr(elf, t->sym_link, sym.st_name);
		if (seen[version] == YES && name && *name &&
		    strcmp(name, "__kml_table"))
			strings_add(&p->kernel, name);
	}
}

/* Sections have no type of their own for them, so the name counts. */
static bool holds_records(Elf *elf, const GElf_Shdr *sh)
{
	const char *name;
	size_t names;

	if (sh->sh_type != SHT_PROGBITS || elf_getshdrstrndx(elf, &names))
		return false;
	name = elf_strptr(elf, names, sh->sh_name);
	return name && !strcmp(name, RECORDS_SECTION);
}

static void read_records(struct program *p, Elf_Scn *scn)
{
	Elf_Data *data = elf_getdata(scn, NULL);

	/* those of another machine are in its byte order */
	if (p->damage || p->refusal || p->records.n)
		return;
	if (!data || !records_read(&p->records, data->d_buf, data->d_size))
		damaged(p, "its section " RECORDS_SECTION " makes no sense");
}

static void read_sections(struct program *p, Elf *elf)
{
	struct tables t = { };
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	while ((scn = elf_nextscn(elf, scn)) && gelf_getshdr(scn, &sh)) {
		Elf_Data *data = NULL;

		if (holds_records(elf, &sh))
			read_records(p, scn);
		if (sh.sh_type == SHT_DYNAMIC || sh.sh_type == SHT_DYNSYM ||
		    sh.sh_type == SHT_GNU_versym ||
		    sh.sh_type == SHT_GNU_verneed)
			data = elf_getdata(scn, NULL);
		if (!data)
			continue;
		if (sh.sh_type == SHT_DYNAMIC) {
			read_dynamic(p, elf, data, sh.sh_link);
		} else if (sh.sh_type == SHT_DYNSYM) {
			t.sym = data;
			t.sym_link = sh.sh_link;
		} else if (sh.sh_type == SHT_GNU_versym) {
			t.versym = data;
		} else {
			t.need = data;
			t.need_link = sh.sh_link;
		}
	}
	if (t.sym && t.versym && t.need)
		read_needs(p, elf, &t);
	p->blind = p->dynamic && !t.sym;
}

static void read_elf(struct program *p, Elf *elf)
{
	GElf_Ehdr eh;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh)) {
		damaged(p, "its ELF header is cut off or makes no sense");
		return;
	}
	p->class = gelf_getclass(elf);
	p->machine = eh.e_machine;
	p->what = text("%s %s", p->class == ELFCLASS64 ? "64-bit" : "32-bit",
		       machine_name(p->machine));
	judge_machine(p, &eh);
	read_segments(p, elf);
	read_sections(p, elf);
}

/**
 * program_read - read a program's file
 * @p: filled in; to be given to program_free(), also after a failure
 * @fd: the file, open for reading
 *
 * Return: 0, also for what cannot be run (see @p), or a negative errno.
 */
int program_read(struct program *p, int fd)
{
	char head[HEAD_SIZE + 1] = "";
	ssize_t n;
	Elf *elf;

	*p = (struct program) { .format = PROGRAM_OTHER };
	n = pread(fd, head, HEAD_SIZE, 0);
	if (n < 0)
		return -errno;
	if (starts_with(head, "#!")) {
		read_script(p, head + 2);
		return 0;
	}
	if (!starts_with(head, ELFMAG)) {
		damaged(p, n ? "it is neither an ELF program nor a script" :
			"it is empty");
		return 0;
	}
	p->format = PROGRAM_ELF;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf) {
		damaged(p, "libelf cannot read it");
		return 0;
	}
	read_elf(p, elf);
	elf_end(elf);
	return 0;
}

/**
 * program_open - read the program of that name
 * @p: as for program_read()
 * @path: its file, which must be a regular one
 *
 * Return: as program_read(); -EINVAL if it is not a regular file.
 */
int program_open(struct program *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret;
	struct stat st;

	*p = (struct program) { .format = PROGRAM_OTHER };
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	else
		ret = program_read(p, fd);
	close(fd);
	return ret;
}

/**
 * program_free - forget what was read
 * @p: what program_read() filled in
 */
void program_free(struct program *p)
{
	free(p->refusal);
	free(p->damage);
	free(p->what);
	free(p->interpreter);
	free(p->rpath);
	free(p->runpath);
	strings_free(&p->needed);
	strings_free(&p->kernel);
	records_free(&p->records);
	*p = (struct program) { .format = PROGRAM_OTHER };
}
