#!/usr/bin/awk -f
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# exports.list of kml-vdso/gen/list.awk -> an assembly file for each stub in
# the directory of -v dir=; with -v what=map the KML_1 node of the library's
# version script; with -v what=versions <kml/versions.h>; with -v what=list a C
# list for tests.
#
# A stub that is not bound returns -ENOSYS, but NULL where the prototype
# returns a pointer and false where it returns bool.

function returns_zero(proto, name,	type)
{
	type = substr(proto, 1, index(proto, name "(") - 1)
	return type ~ /\*|(^| )bool /
}

# The flag crc=0x... of gen/symvers.awk, 0 without.
function crc()
{
	if (!match("," $5 ",", /,crc=0x[0-9a-f]+,/))
		return "0"
	return substr("," $5, RSTART + 5, RLENGTH - 6)
}

BEGIN {
	FS = "\t"
	if (what == "map")
		print "KML_1 {\n\tglobal:"
	else if (what == "versions")
		print "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n" \
		      "/* Versions of the prototypes, for KML_NEED() and KML_RECORD(). Generated from exports.tbl. */\n" \
		      "#ifndef _KML_VERSIONS_H\n#define _KML_VERSIONS_H\n"
}

what == "map" {
	print "\t\t" $2 ";"
	next
}

what == "versions" {
	print "#define KML_VERSION_" $2 " " $3 "U"
	print "#define KML_CRC_" $2 " " crc() "U"
	next
}

what == "list" {
	printf "STUB(%s, %s, \"%s\", \"%s\")\n", $2, returns_zero($6, $2) ? "0" : "-ENOSYS", $1, $5
	next
}

{
	file = dir "/" $2 ".s"
	printf ".include \"stub.S\"\nKML_STUB %s, %s, %s, %s, %d\n", $2, \
		returns_zero($6, $2) ? "kml_fail_zero" : "kml_fail_errno", $3, crc(), crc() != "0" > file
	close(file)
}

END {
	if (what == "map")
		print "};"
	else if (what == "versions")
		print "\n#endif /* _KML_VERSIONS_H */"
}
