/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The running kernel.
 */
#ifndef KML_KERNEL_H
#define KML_KERNEL_H

int kernel_has_kml(void);

#endif /* KML_KERNEL_H */
