/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A built KML image in this process's memory, for tests: writable,
 * executable, its last byte next to an unmapped page.
 */
#ifndef _KML_TESTS_IMAGE_FILE_H
#define _KML_TESTS_IMAGE_FILE_H

#include <stddef.h>

#include <kml/abi.h>

/**
 * struct image_file - a mapped image
 * @base: its start
 * @size: bytes, whole pages
 * @table: its export table
 * @entries: the exports
 */
struct image_file {
	char *base;
	size_t size;
	struct kml_table *table;
	struct kml_export *entries;
};

int image_file_load(struct image_file *f, const char *path);
void image_file_fill(struct image_file *f, void *gate, void *target);
const char *image_file_name(const struct image_file *f, unsigned int i);

#endif /* _KML_TESTS_IMAGE_FILE_H */
