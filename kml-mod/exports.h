/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exports: from the list in kml-vdso/ to addresses in the image's table.
 */
#ifndef KML_EXPORTS_H
#define KML_EXPORTS_H

#include <linux/types.h>

/* Flags of the list: not in this kernel series; may be missing. */
#define KML_DEF_ABSENT		1
#define KML_DEF_OPTIONAL	2

int kml_exports_resolve(void);
unsigned int kml_exports_count(void);
bool kml_exports_have(const char *name);

#endif /* KML_EXPORTS_H */
