/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be judged of a file's place without the kernel that will run it.
 */
#ifndef KML_PLACE_H
#define KML_PLACE_H

#include "findings.h"

void place_rules(const char *path, const char *root, struct findings *f);

#endif /* KML_PLACE_H */
