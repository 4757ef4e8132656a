/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Installing a program into /trusted.
 */
#ifndef KML_TRUST_H
#define KML_TRUST_H

int trust_program(const char *file, const char *name, const char *root);

#endif /* KML_TRUST_H */
