// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is told of decisions: the log, the audit subsystem and tracing. Whoever
 * starts a program chooses names; in none of these places may one forge a line
 * or push the rule out of it, so names are made printable and short here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/audit.h>
#include <linux/fs.h>
#include <linux/kml.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "policy.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* In hex, as audit encodes what may have blanks in it. */
static void audit_hex(struct audit_buffer *ab, const char *s)
{
	while (*s)
		audit_log_format(ab, "%02X", (unsigned char)*s++);
}

/* Without a daemon, audit would write to the log, which has a line already. */
static void audit(const char *name, const char *verdict, const char *why)
{
	struct audit_buffer *ab;

	if (!audit_enabled)
		return;
	ab = audit_log_start(audit_context(), GFP_KERNEL, AUDIT_KERNEL_OTHER);
	if (!ab)
		return;
	audit_log_format(ab, "kml=\"%s\" res=%d name=", verdict, !*why);
	audit_hex(ab, name);
	audit_log_format(ab, " why=");
	audit_hex(ab, why);
	audit_log_task_info(ab);
	audit_log_end(ab);
}

/**
 * kml_report_why - what was refused, and the rule, in printable characters
 * @no: the refusal; no->why may be NULL
 * @text: gets them
 */
void kml_report_why(const struct kml_refusal *no, char text[KML_REPORT_SIZE])
{
	char where[KML_REPORT_SIZE / 2];

	snprintf(where, sizeof(where), "%*pE", (int)strlen(no->where), no->where);
	snprintf(text, KML_REPORT_SIZE, "%s%s%s", where, *where ? " " : "",
		 no->why ?: "");
}

/**
 * kml_report_file - a file's name in printable characters
 * @file: the file
 * @text: gets the end of its name
 */
void kml_report_file(const struct file *file, char text[KML_REPORT_SIZE])
{
	char name[KML_REPORT_SIZE / 2];

	snprintf(name, sizeof(name), "%pD4", file);
	snprintf(text, KML_REPORT_SIZE, "%*pE", (int)strlen(name), name);
}

/**
 * kml_report - tell of a decision
 * @name: the program, or the process's name
 * @mapped: what that was not allowed to map, or NULL
 * @no: the rule, if there is one
 */
void kml_report(const char *name, const struct file *mapped,
		const struct kml_refusal *no)
{
	char who[KML_REPORT_SIZE], why[KML_REPORT_SIZE];
	const char *verdict = mapped ? "not mapped" :
			      no->why ? "not privileged" : "privileged";

	snprintf(who, sizeof(who), "%*pE", (int)strlen(name), name);
	if (mapped) {
		size_t len = strlen(who);

		/* the name of a process is short, this one need not be whole */
		kml_report_file(mapped, why);
		snprintf(who + len, sizeof(who) - len, ": %s", why);
	}
	kml_report_why(no, why);
	if (no->why)
		pr_notice_ratelimited("%s: %s: %s\n", who, verdict, why);
	trace_kml_decision(who, verdict, why);
	audit(who, verdict, why);
}
