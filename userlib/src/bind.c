// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Bind the stubs to the kernel's exports, once, before main().
 *
 * A slot that is not bound keeps what the link gave it: a function that
 * returns an error.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bind.h"
#include "elf_sym.h"

/* Far above any real image; keeps the scan of a damaged size short. */
#define IMAGE_MAX (4UL << 20)
#define PAGES_AT_ONCE 64

static struct kml_image bound_image;
static int bound_status = KML_IMAGE_STOCK;

/*
 * The headers are in the first page, which is there, but the size they tell
 * may be wrong: ask the kernel whether all of it is mapped. Where a seccomp
 * filter forbids the question, believe them.
 */
static size_t live_size(const char *base, size_t page)
{
	unsigned char vec[PAGES_AT_ONCE];
	size_t size = kml_elf_span(base, page);

	if (!size || size > IMAGE_MAX)
		return 0;
	size = (size + page - 1) & -page;
	for (size_t off = 0; off < size; off += PAGES_AT_ONCE * page) {
		size_t len = size - off;

		if (len > PAGES_AT_ONCE * page)
			len = PAGES_AT_ONCE * page;
		if (mincore((void *)(base + off), len, vec) && errno == ENOMEM)
			return 0;
	}
	return size;
}

static bool callable(const struct kml_export *e, uint32_t version)
{
	return !(e->flags & KML_EXPORT_MISSING) && e->prototype == version;
}

/* Both lists are sorted by name: walk them side by side. */
static void bind_slots(const struct kml_image *img)
{
	const char *name = kml_slot_names;
	size_t n = kml_slots_end - kml_slots;
	struct kml_export e;
	unsigned int i = 0;

	for (size_t slot = 0; slot < n && i < img->count;) {
		int cmp;

		kml_image_entry(img, i, &e);
		cmp = strcmp(name, kml_image_name(img, &e));
		if (!cmp && callable(&e, kml_slot_versions[slot]))
			kml_slots[slot] = kml_entry_callee(img, &e);
		if (cmp >= 0)
			i++;
		if (cmp <= 0) {
			slot++;
			name += strlen(name) + 1;
		}
	}
}

/**
 * kml_bind_image - bind all stubs to an image
 * @base: start of the image
 * @size: bytes that may be read
 *
 * Separate from the constructor so that tests can bind to an image of theirs.
 *
 * Return: as kml_image_parse(); nothing is bound unless it is 0.
 */
int kml_bind_image(const void *base, size_t size)
{
	struct kml_image img;
	int ret = kml_image_parse(&img, base, size);

	if (!ret) {
		bind_slots(&img);
		bound_image = img;
	}
	bound_status = ret;
	return ret;
}

/**
 * kml_bound - the image that the stubs are bound to
 * @img: gets the image if there is one; may be NULL
 *
 * Return: what kml_bind_image() returned, KML_IMAGE_STOCK before.
 */
int kml_bound(const struct kml_image **img)
{
	if (img)
		*img = &bound_image;
	return bound_status;
}

/**
 * kml_built_version - the prototype that a stub was built with
 * @name: the export
 * @version: gets the version, to be compared with that of the table
 *
 * Return: 0, or -ENOENT if this library has no such stub.
 */
int kml_built_version(const char *name, uint32_t *version)
{
	const char *slot_name = kml_slot_names;
	size_t n = kml_slots_end - kml_slots;

	for (size_t slot = 0; slot < n; slot++) {
		if (!strcmp(name, slot_name)) {
			*version = kml_slot_versions[slot];
			return 0;
		}
		slot_name += strlen(slot_name) + 1;
	}
	return -ENOENT;
}

/* 101 is the first priority open to programs: before all their constructors. */
__attribute__((constructor(101)))
static void bind_process(void)
{
	const char *base = (const char *)getauxval(AT_SYSINFO_EHDR);
	int saved_errno = errno;

	if (base)
		kml_bind_image(base, live_size(base, sysconf(_SC_PAGESIZE)));
	errno = saved_errno;
}
