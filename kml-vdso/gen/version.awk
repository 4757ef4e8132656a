#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list and stock.list -> the image's version script, with the version
# that the architecture's stock vDSO has.

BEGIN {
	FS = "\t"
}

$1 == "stock" {
	stock = stock "\t" $2 ";\n"
	next
}

{
	export = export "\t" $2 ";\n"
}

END {
	printf "LINUX_2.6" (arch == "arm64" ? ".39" : "") " {\nglobal:\n%slocal:\n\t*;\n};\n", stock
	printf "KML_1 {\nglobal:\n\t__kml_table;\n%s};\n", export
}
