// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Map a built KML image and fill its table, as the module does at load.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../src/elf_sym.h"
#include "image_file.h"

#define PAGE 4096UL

static int read_all(const char *path, char *to, size_t max, size_t *len)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0) {
		perror(path);
		return -1;
	}
	for (*len = 0; *len < max; *len += n) {
		n = read(fd, to + *len, max - *len);
		if (n <= 0)
			break;
	}
	close(fd);
	return 0;
}

/**
 * image_file_load - map an image from a file
 * @f: filled in
 * @path: the file
 *
 * Return: 0, or -1 with a line on stderr.
 */
int image_file_load(struct image_file *f, const char *path)
{
	static char file[4 << 20];
	size_t len, span, off;

	if (read_all(path, file, sizeof(file), &len))
		return -1;
	span = kml_elf_span(file, len);
	if (!span || kml_elf_symbol(file, len, "__kml_table", &off)) {
		fprintf(stderr, "%s: no KML image\n", path);
		return -1;
	}
	f->size = (span + PAGE - 1) & -PAGE;
	f->base = mmap(NULL, f->size + PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (f->base == MAP_FAILED || mprotect(f->base + f->size, PAGE, PROT_NONE)) {
		perror("mmap");
		return -1;
	}
	memcpy(f->base, file, len < f->size ? len : f->size);
	f->table = (struct kml_table *)(f->base + off);
	f->entries = (struct kml_export *)(f->base + off + f->table->entries);
	return 0;
}

/**
 * image_file_fill - fill the table in
 * @f: a loaded image
 * @gate: the gate of all classes
 * @target: where every export leads
 */
void image_file_fill(struct image_file *f, void *gate, void *target)
{
	f->table->gate_call = (uintptr_t)gate;
	for (unsigned int nargs = 0; nargs <= 6; nargs++)
		f->table->gate_syscall[nargs] = (uintptr_t)gate;
	f->table->missing = (uintptr_t)target;
	for (unsigned int i = 0; i < f->table->count; i++) {
		f->entries[i].target = (uintptr_t)target;
		f->entries[i].gate = (uintptr_t)gate;
		f->entries[i].flags &= ~KML_EXPORT_MISSING;
	}
}

/**
 * image_file_name - name of an export
 * @f: a loaded image
 * @i: its place in the table
 *
 * Return: a string in the image.
 */
const char *image_file_name(const struct image_file *f, unsigned int i)
{
	return f->base + f->entries[i].name;
}
