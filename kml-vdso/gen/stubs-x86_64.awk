# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list and stock.list -> assembly of the image for x86_64: the table's
# head, the names, and a stub per export. Macros are in stub-x86_64.S.
#
# The table's entries are written by the linker (gen/table.awk), which alone
# knows offsets from the image's start without leaving relocations.

BEGIN {
	FS = "\t"
	print "#include \"stub-x86_64.S\"\n"
}

$1 == "stock" {
	print "KML_STOCK " $2 ", " ($2 ~ /^__vdso_/ ? ".globl" : ".weak")
	next
}

$1 == "leaf" {
	print "KML_LEAF " $2
}

$1 == "call" && !has("variadic") {
	print "KML_CALL " $2
}

$1 == "call" && has("variadic") {
	print "KML_VARIADIC " $2 ", " $4
}

$1 == "syscall" {
	print "KML_SYSCALL " $2 ", " $4
}

{
	count++
}

END {
	print "\nKML_TABLE_HEAD " count + 0
}
