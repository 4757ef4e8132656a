/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /sys/kernel/kml
 */
#ifndef KML_SYSFS_H
#define KML_SYSFS_H

int kml_sysfs_create(void);
void kml_sysfs_destroy(void);

#endif /* KML_SYSFS_H */
