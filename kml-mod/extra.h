/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exports that are not in the list the module was built with, but named in
 * /etc/kml/exports.d when it is loaded.
 */
#ifndef KML_EXTRA_H
#define KML_EXTRA_H

#include <linux/kml.h>
#include <linux/types.h>

#include "proto.h"

#define KML_EXTRA_DIR	"/etc/kml/exports.d"

/**
 * struct kml_extra_file - one file of the directory
 * @name: its name in there
 * @text: what is in it, with a 0 at the end
 */
struct kml_extra_file {
	char *name;
	char *text;
};

/**
 * struct kml_extra - one export
 * @name: its name, a kernel symbol
 * @file: where it was named
 * @line: in which line
 * @proto: its prototype
 * @sym: what the kernel has of that name
 */
struct kml_extra {
	const char *name;
	const struct kml_extra_file *file;
	unsigned int line;
	struct kml_proto proto;
	struct kml_symbol sym;
};

extern const char kml_extra_stub[], kml_extra_stub_end[];

int kml_extra_read(void);
void kml_extra_free(void);
unsigned int kml_extra_count(void);
size_t kml_extra_names_size(void);
const struct kml_extra *kml_extra_at(unsigned int i);

int kml_extra_files_read(struct kml_extra_file **files, unsigned int *count);
void kml_extra_files_free(struct kml_extra_file *files, unsigned int count);

#endif /* KML_EXTRA_H */
