// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Check the KML image's export table and look exports up in it.
 */
#include <errno.h>
#include <string.h>

#include "elf_sym.h"
#include "image.h"

static void get_entry(const struct kml_image *img, size_t off, unsigned int i,
		      struct kml_export *entry)
{
	memcpy(entry, img->base + off + i * img->entry_size, sizeof(*entry));
}

/**
 * kml_image_name - name of an export
 * @img: a checked image
 * @entry: one of its exports
 *
 * Return: a string in the image.
 */
const char *kml_image_name(const struct kml_image *img,
			   const struct kml_export *entry)
{
	return img->base + entry->name;
}

static bool entry_sane(const struct kml_image *img, const struct kml_export *e)
{
	return e->stub && e->stub < img->size && e->name < img->size &&
	       memchr(img->base + e->name, 0, img->size - e->name) &&
	       (e->target || (e->flags & KML_EXPORT_MISSING));
}

/* Both lookup and binding walk the names in order, so order is checked too. */
static bool entries_sane(const struct kml_image *img)
{
	struct kml_export e;
	const char *prev = NULL;

	for (unsigned int i = 0; i < img->count; i++) {
		get_entry(img, img->entry_off, i, &e);
		if (!entry_sane(img, &e))
			return false;
		if (prev && strcmp(prev, kml_image_name(img, &e)) >= 0)
			return false;
		prev = kml_image_name(img, &e);
	}
	return true;
}

/* Their order and what is in them is checked as they are looked at. */
static bool find_extra(struct kml_image *img, const struct kml_table *t,
		       size_t off)
{
	img->extra_off = off + t->extra;
	img->extra_count = t->extra_count;
	if (!t->extra_count)
		return true;
	return kml_in_range(img->size, off, t->extra) &&
	       t->extra_count <= (img->size - img->extra_off) / t->entry_size;
}

/**
 * kml_image_parse - check an image completely
 * @img: filled in on success
 * @base: start of the image
 * @size: bytes that may be read
 *
 * Return: 0, KML_IMAGE_STOCK if it is a sound image without a KML table,
 * -EBADMSG if it is damaged or of an ABI that is not known here.
 */
int kml_image_parse(struct kml_image *img, const void *base, size_t size)
{
	struct kml_table t;
	size_t off;
	int ret;

	ret = kml_elf_symbol(base, size, "__kml_table", &off);
	if (ret == -ENOENT)
		return KML_IMAGE_STOCK;
	if (ret || !kml_in_range(size, off, sizeof(t)))
		return -EBADMSG;
	memcpy(&t, (const char *)base + off, sizeof(t));
	if (t.magic != KML_TABLE_MAGIC || t.abi_major != KML_ABI_MAJOR ||
	    t.entry_size < sizeof(struct kml_export) || !t.gate_call ||
	    !kml_in_range(size, off, t.entries) ||
	    t.count > (size - off - t.entries) / t.entry_size)
		return -EBADMSG;
	img->base = base;
	img->size = size;
	img->entry_off = off + t.entries;
	img->entry_size = t.entry_size;
	img->count = t.count;
	return find_extra(img, &t, off) && entries_sane(img) ? 0 : -EBADMSG;
}

/**
 * kml_image_entry - copy one export out of the table
 * @img: a checked image
 * @i: its place, the extra ones after the others
 * @entry: the copy
 *
 * Return: 0, or -ENOENT if there are not so many.
 */
int kml_image_entry(const struct kml_image *img, unsigned int i,
		    struct kml_export *entry)
{
	if (i < img->count) {
		get_entry(img, img->entry_off, i, entry);
		return 0;
	}
	i -= img->count;
	if (i >= img->extra_count)
		return -ENOENT;
	get_entry(img, img->extra_off, i, entry);
	return entry_sane(img, entry) ? 0 : -ENOENT;
}

static int find_from(const struct kml_image *img, size_t off,
		     unsigned int high, const char *name,
		     struct kml_export *entry)
{
	unsigned int low = 0;

	while (low < high) {
		unsigned int mid = low + (high - low) / 2;
		int cmp;

		get_entry(img, off, mid, entry);
		if (!entry_sane(img, entry))
			return -ENOENT;
		cmp = strcmp(name, kml_image_name(img, entry));
		if (!cmp)
			return 0;
		if (cmp < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return -ENOENT;
}

/**
 * kml_image_find - look an export up
 * @img: a checked image
 * @name: the export
 * @entry: gets a copy
 *
 * Return: 0 or -ENOENT.
 */
int kml_image_find(const struct kml_image *img, const char *name,
		   struct kml_export *entry)
{
	if (!find_from(img, img->entry_off, img->count, name, entry))
		return 0;
	return find_from(img, img->extra_off, img->extra_count, name, entry);
}
