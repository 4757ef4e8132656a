# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list and stock.list -> assembly of the image for arm64: the table's
# head, the names, and a stub per export. Macros are in stub-arm64.S.
#
# The table's entries are written by the linker (gen/table.awk), which alone
# knows offsets from the image's start without leaving relocations.

BEGIN {
	FS = "\t"
	print "#include \"stub-arm64.S\"\n"
}

$1 == "stock" {
	print "KML_STOCK " $2
	next
}

has("variadic") {
	print "KML_VARIADIC " $2 ", " $4
}

$1 == "leaf" {
	print "KML_LEAF " $2
}

$1 != "leaf" && !has("variadic") {
	print "KML_STUB " $2
}

{
	count++
}

END {
	print "\nKML_TABLE_HEAD " count + 0
}
