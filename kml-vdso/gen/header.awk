# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list -> <kml/exports.h>: prototypes of the exports for programs.
# Types are from <kml/types.h>; structures that no prototype of user space
# needs to know are only declared.

function forward(proto,	tag)
{
	while (match(proto, /(struct|union) [A-Za-z_][A-Za-z0-9_]*/)) {
		tag = substr(proto, RSTART, RLENGTH)
		proto = substr(proto, RSTART + RLENGTH)
		if (!(tag in seen))
			tags = tags tag ";\n"
		seen[tag] = 1
	}
}

BEGIN {
	FS = "\t"
	title["leaf"] = "Plain calls: never sleep, and may be interrupted like the program itself."
	title["irq"] = "Calls through the gate that handlers may make, too; these do not sleep."
	title["call"] = "Calls through the gate: may sleep."
	title["syscall"] = "System calls: return -errno."
}

{
	forward($6)
	kind = has("irq") ? "irq" : $1
	protos[kind] = protos[kind] $6 (has("variadic") ? "\n\t__attribute__((format(printf, 1, 2)))" : "") ";\n"
}

END {
	print "/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */"
	print "/* The kernel functions that KML programs may call. Generated from exports.tbl. */"
	print "#ifndef _KML_EXPORTS_H\n#define _KML_EXPORTS_H\n\n#include <kml/types.h>\n"
	print tags
	print "#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
	n = split("leaf irq call syscall", order, " ")
	for (i = 1; i <= n; i++)
		print "/* " title[order[i]] " */\n" protos[order[i]]
	print "#ifdef __cplusplus\n}\n#endif\n\n#endif /* _KML_EXPORTS_H */"
}
