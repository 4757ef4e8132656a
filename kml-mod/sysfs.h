/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /sys/kernel/kml
 */
#ifndef KML_SYSFS_H
#define KML_SYSFS_H

/* Columns of a name in the table of exports. */
#define KML_NAME_WIDTH	40

int kml_sysfs_create(void);
void kml_sysfs_destroy(void);

#endif /* KML_SYSFS_H */
