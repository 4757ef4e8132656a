#!/usr/bin/awk -f
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# exports.tbl, sorted by name -> the stubs' assembly; with -v what=map the KML_1
# node of the library's version script; with -v what=list a C list for tests.
#
# A stub that is not bound returns -ENOSYS, but NULL where the prototype
# returns a pointer and false where it returns bool.

function returns_zero(proto, name,	type)
{
	type = substr(proto, 1, index(proto, name "(") - 1)
	return type ~ /\*|(^| )bool /
}

BEGIN {
	if (what == "map")
		print "KML_1 {\n\tglobal:"
	else if (what == "")
		print "#include \"stub.S\"\n"
}

/^#/ || NF == 0 || ($4 != "all" && $4 != arch) {
	next
}

what == "map" {
	print "\t\t" $5 ";"
	next
}

{
	proto = $0
	for (i = 1; i <= 6; i++)
		sub(/^[ \t]*[^ \t]+[ \t]+/, "", proto)
	if (!index(proto, $5 "(")) {
		print FILENAME ": " $5 ": no prototype of that name" > "/dev/stderr"
		bad = 1
		exit
	}
	zero = returns_zero(proto, $5)
	if (what == "list")
		printf "STUB(%s, %s, \"%s\", \"%s\")\n", $5, zero ? "0" : "-ENOSYS", $1, $6
	else
		printf "KML_STUB %s, %s\n", $5, zero ? "kml_fail_zero" : "kml_fail_errno"
}

END {
	if (bad)
		exit 1
	if (what == "map")
		print "};"
	else if (what == "")
		print "\nKML_STUBS_END"
}
