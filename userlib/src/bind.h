/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The process's one binding, shared by the files of libkml.
 */
#ifndef _KML_BIND_H
#define _KML_BIND_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"

/* Where an export is entered, whatever its class. */
static inline uintptr_t kml_entry_callee(const struct kml_image *img,
					 const struct kml_export *e)
{
	return (uintptr_t)img->base + e->stub;
}

void kml_bind_process(void);
int kml_bind_image(const void *base, size_t size);
int kml_bound(const struct kml_image **img);

#endif /* _KML_BIND_H */
