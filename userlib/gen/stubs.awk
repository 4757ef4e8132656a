#!/usr/bin/awk -f
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# exports.list of kml-vdso/gen/list.awk -> the stubs' assembly; with -v what=map
# the KML_1 node of the library's version script; with -v what=versions
# <kml/versions.h>; with -v what=list a C list for tests.
#
# A stub that is not bound returns -ENOSYS, but NULL where the prototype
# returns a pointer and false where it returns bool.

function returns_zero(proto, name,	type)
{
	type = substr(proto, 1, index(proto, name "(") - 1)
	return type ~ /\*|(^| )bool /
}

BEGIN {
	FS = "\t"
	if (what == "map")
		print "KML_1 {\n\tglobal:"
	else if (what == "versions")
		print "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n" \
		      "/* Versions of the prototypes, for KML_NEED(). Generated from exports.tbl. */\n" \
		      "#ifndef _KML_VERSIONS_H\n#define _KML_VERSIONS_H\n"
	else if (what == "")
		print "#include \"stub.S\"\n"
}

what == "map" {
	print "\t\t" $2 ";"
	next
}

what == "versions" {
	print "#define KML_VERSION_" $2 " " $3 "U"
	next
}

what == "list" {
	printf "STUB(%s, %s, \"%s\", \"%s\")\n", $2, returns_zero($6, $2) ? "0" : "-ENOSYS", $1, $5
	next
}

{
	printf "KML_STUB %s, %s, %s\n", $2, returns_zero($6, $2) ? "kml_fail_zero" : "kml_fail_errno", $3
}

END {
	if (what == "map")
		print "};"
	else if (what == "versions")
		print "\n#endif /* _KML_VERSIONS_H */"
	else if (what == "")
		print "\nKML_STUBS_END"
}
