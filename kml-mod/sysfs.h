/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /sys/kernel/kml
 */
#ifndef KML_SYSFS_H
#define KML_SYSFS_H

/* Columns of a name in the table of exports. */
#define KML_NAME_WIDTH	40

struct kml_ops;
struct kobject;

int kml_sysfs_create(const struct kml_ops *ops);
void kml_sysfs_destroy(void);
int kml_verdict_create(struct kobject *kobj, const struct kml_ops *ops);

#endif /* KML_SYSFS_H */
