/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The process's one binding, shared by the files of libkml.
 */
#ifndef _KML_BIND_H
#define _KML_BIND_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"

/*
 * In the generated stubs, in the order of the names: where each stub jumps to,
 * the names as NUL-terminated strings one after the other, and the version of
 * the prototype that the program was built with.
 */
extern uintptr_t kml_slots[];
extern uintptr_t kml_slots_end[];
extern const char kml_slot_names[];
extern const uint32_t kml_slot_versions[];

/* The addresses in <kml/abi.h> are 64 bits wide on every architecture. */
static inline uintptr_t kml_entry_callee(const struct kml_image *img,
					 const struct kml_export *e)
{
	if (e->class == KML_LEAF)
		return (uintptr_t)e->target;
	return (uintptr_t)img->base + e->stub;
}

int kml_bind_image(const void *base, size_t size);
int kml_bound(const struct kml_image **img);
int kml_built_version(const char *name, uint32_t *version);

#endif /* _KML_BIND_H */
