/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens when a called kernel function does not find the program's
 * memory.
 */
#ifndef KML_FAULT_H
#define KML_FAULT_H

#include <linux/types.h>

bool kml_fault_in(unsigned long address, bool write);
int kml_fault_init(void);

#endif /* KML_FAULT_H */
