/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the loaded module exports, as /sys/kernel/kml/exports tells it.
 */
#ifndef KML_EXPORTS_H
#define KML_EXPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct export - one export
 * @name: its name
 * @class: leaf, call or syscall
 * @kind: what @version is of: crc, proto, or none if this kernel lacks it
 * @version: its version
 * @addr: of the kernel's function; 0 if there is none or this user may not know
 * @prototype: hash of the prototype that the module was built with
 */
struct export {
	const char *name;
	const char *class;
	const char *kind;
	uint32_t version;
	uint64_t addr;
	uint32_t prototype;
};

/**
 * struct exports - all of them
 * @list: sorted by name
 * @n: how many
 * @text: what the strings lie in
 */
struct exports {
	struct export *list;
	size_t n;
	char *text;
};

int exports_read(struct exports *all, const char *root);
void exports_free(struct exports *all);
const struct export *exports_find(const struct exports *all, const char *name);
bool export_offered(const struct export *export);

#endif /* KML_EXPORTS_H */
