/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module adds to the core's rules, and who is told of decisions.
 */
#ifndef KML_POLICY_H
#define KML_POLICY_H

struct linux_binprm;

int kml_policy_init(void);
const char *kml_policy_trusted(void);
const char *kml_policy_refuse_exec(const struct linux_binprm *bprm);
void kml_report(const char *name, const char *verdict, const char *why);

#endif /* KML_POLICY_H */
