/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the administrator has chosen when the module was loaded.
 */
#ifndef KML_POLICY_H
#define KML_POLICY_H

char *policy_trusted(const char *root);

#endif /* KML_POLICY_H */
