/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoint kml:kml_decision: each privileged exec and each refusal.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kml

#if !defined(KML_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KML_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "policy.h"

TRACE_EVENT(kml_decision,
	    TP_PROTO(const char *name, const char *verdict, const char *why),
	    TP_ARGS(name, verdict, why),
	    TP_STRUCT__entry(__array(char, name, KML_REPORT_SIZE)
			     __array(char, verdict, 16)
			     __array(char, why, KML_REPORT_SIZE)),
	    TP_fast_assign(strscpy(__entry->name, name, KML_REPORT_SIZE);
			   strscpy(__entry->verdict, verdict, 16);
			   strscpy(__entry->why, why, KML_REPORT_SIZE);),
	    TP_printk("name=%s verdict=%s why=%s", __entry->name,
		      __entry->verdict, __entry->why)
);

#endif /* KML_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
