/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module adds to the core's rules, and who is told of decisions.
 */
#ifndef KML_POLICY_H
#define KML_POLICY_H

#include <linux/types.h>

/* Of what is told: names are cut off, the rule is whole. */
#define KML_REPORT_SIZE	256

struct file;
struct kml_refusal;
struct linux_binprm;

int kml_policy_init(void);
const char *kml_policy_trusted(void);
bool kml_policy_ibpb(void);
const char *kml_policy_refuse_exec(const struct linux_binprm *bprm);
void kml_report(const char *name, const struct file *mapped,
		const struct kml_refusal *no);
void kml_report_why(const struct kml_refusal *no, char text[KML_REPORT_SIZE]);
void kml_report_file(const struct file *file, char text[KML_REPORT_SIZE]);

/* unsupported_ARCH.c */
const char *kml_arch_unsupported(void);
bool kml_arch_wants_ibpb(void);

#endif /* KML_POLICY_H */
