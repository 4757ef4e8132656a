/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the administrator has chosen when the module was loaded, and lockdown.
 */
#ifndef KML_POLICY_H
#define KML_POLICY_H

#include <stdbool.h>

#include "findings.h"

char *policy_trusted(const char *root);
void policy_rules(struct findings *f);

#endif /* KML_POLICY_H */
