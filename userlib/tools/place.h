/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's rules about files and directories.
 */
#ifndef KML_PLACE_H
#define KML_PLACE_H

#include <stdbool.h>

#include "caller.h"
#include "findings.h"

bool place_in_trusted(const char *path);
void place_rules(const char *path, const char *root,
		 const struct caller *caller, struct findings *f);
void place_rules_foreign(int fd, const char *path, struct findings *f);
const char *place_writable(const char *path, const char *root, char **culprit);

#endif /* KML_PLACE_H */
