// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Find the image that the kernel maps and have the stubs bound to it, once,
 * before main().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bind.h"
#include "elf_sym.h"
#include "record.h"

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
		bound_image = img;
		kml_records_rebind(&bound_image);
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
 * kml_bind_process - bind to the image that this process was started with
 *
 * Only the first call does anything.
 */
void kml_bind_process(void)
{
	static bool done;
	const char *base = (const char *)getauxval(AT_SYSINFO_EHDR);
	int saved_errno = errno;

	if (done)
		return;
	done = true;
	if (base)
		kml_bind_image(base, live_size(base, sysconf(_SC_PAGESIZE)));
	errno = saved_errno;
}

/* For programs that have no records; others come here from start.c. */
__attribute__((constructor(101)))
static void bind_at_start(void)
{
	kml_bind_process();
}
