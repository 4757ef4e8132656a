/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The records of <kml/record.h> inside libkml.
 */
#ifndef _KML_RECORD_LIB_H
#define _KML_RECORD_LIB_H

#include <stddef.h>
#include <stdint.h>

#include <kml/abi.h>
#include <kml/record.h>

struct kml_image;

#define KML_DRIFT_TEXT 192

/**
 * struct kml_drift - an export that is not what a program was built against
 * @kind: what the versions are of
 * @built: the program's
 * @offered: the kernel's
 */
struct kml_drift {
	const char *kind;
	uint32_t built;
	uint32_t offered;
};

int kml_record_compare(const struct kml_record *r, const struct kml_export *e,
		       struct kml_drift *drift);
void kml_drift_text(char *text, size_t size, const char *name,
		    const struct kml_drift *drift);
void kml_records_rebind(const struct kml_image *img);
const struct kml_record *kml_record_find(const char *name);

#endif /* _KML_RECORD_LIB_H */
