/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names without links.
 */
#ifndef KML_RESOLVE_H
#define KML_RESOLVE_H

int resolve(const char *path, const char *root, char **name);

#endif /* KML_RESOLVE_H */
