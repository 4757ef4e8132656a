/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The KML image as libkml reads it: an ELF image in memory of which nothing
 * is believed before it is checked against the image's size.
 */
#ifndef _KML_IMAGE_H
#define _KML_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include <kml/abi.h>

/**
 * struct kml_image - a checked image
 * @base: its start
 * @size: bytes that may be read from @base
 * @entry_off: offset of the first export
 * @entry_size: distance of two exports; a newer module may append fields
 * @count: how many exports
 * @extra_off: offset of the first of those that were named when the module
 *	was loaded; they lie as far apart
 * @extra_count: how many of these
 */
struct kml_image {
	const char *base;
	size_t size;
	size_t entry_off;
	size_t entry_size;
	unsigned int count;
	size_t extra_off;
	unsigned int extra_count;
};

/* Not an errno of kml_image_parse(): a sound image that has no KML table. */
#define KML_IMAGE_STOCK 1

int kml_image_parse(struct kml_image *img, const void *base, size_t size);
int kml_image_entry(const struct kml_image *img, unsigned int i,
		    struct kml_export *entry);
const char *kml_image_name(const struct kml_image *img,
			   const struct kml_export *entry);
int kml_image_find(const struct kml_image *img, const char *name,
		   struct kml_export *entry);

#endif /* _KML_IMAGE_H */
