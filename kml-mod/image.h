/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The KML image: the pages that privileged processes have as their vDSO.
 */
#ifndef KML_IMAGE_H
#define KML_IMAGE_H

#include <linux/types.h>
#include <kml/abi.h>

struct vm_special_mapping;

int kml_image_create(unsigned int extras, size_t names_size);
int kml_image_adopt_stock(void);
int kml_image_seal(void);
void kml_image_destroy(void);

unsigned long kml_image_size(void);
struct kml_table *kml_image_table(void);
u32 kml_image_offset(const void *at);
struct kml_export *kml_image_export(unsigned int i);
const char *kml_image_export_name(const struct kml_export *export);
const struct vm_special_mapping *kml_image_mapping(void);

#endif /* KML_IMAGE_H */
