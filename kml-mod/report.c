// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is told of decisions, besides the log: the audit subsystem and tracing.
 */
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "policy.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* In hex, as audit encodes strings that a user has chosen. */
static void audit_hex(struct audit_buffer *ab, const char *s)
{
	while (*s)
		audit_log_format(ab, "%02X", (unsigned char)*s++);
}

/**
 * kml_report - tell audit and tracing of a decision
 * @name: the program
 * @verdict: what became of it: "privileged", "not privileged", "refused" or
 *	"not mapped"
 * @why: the rule, "" if it is privileged
 */
void kml_report(const char *name, const char *verdict, const char *why)
{
	struct audit_buffer *ab;

	trace_kml_decision(name, verdict, why);

	/* Without a daemon, audit would write to the log, which has a line already. */
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
