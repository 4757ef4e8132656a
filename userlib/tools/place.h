/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's rules about files and directories.
 */
#ifndef KML_PLACE_H
#define KML_PLACE_H

#include <stdbool.h>

#include "caller.h"
#include "findings.h"

/* execve() itself fails for such a program: ETXTBSY */
#define PLACE_OPEN "is open for writing"

void place_rules(const char *path, const char *root,
		 const struct caller *caller, struct findings *f);
void place_rules_foreign(int fd, const char *path, struct findings *f);
char *place_kernel_name(const char *path, const struct caller *caller);

#endif /* KML_PLACE_H */
