# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list and stock.list -> what the module knows about each export, in
# the order of the image's table, for arrays in kml-mod/exports.c and image.c.
#
#   KML_SYMBOL(name, symbol, nargs, flags)	symbol of the kernel
#   KML_FUNCTION(name, function, nargs, flags)	function of the module
#   KML_STOCK(name, flags)			symbol of the stock vDSO

BEGIN {
	FS = "\t"
}

{
	flags = has("absent") ? "KML_DEF_ABSENT" : has("optional") ? "KML_DEF_OPTIONAL" : "0"
}

$1 == "stock" {
	stock = stock "KML_STOCK(" $2 ", " flags ")\n"
	next
}

value("impl") != "" {
	exports = exports "KML_FUNCTION(" $2 ", " value("impl") ", " $4 ", " flags ")\n"
	next
}

{
	symbol = $1 == "syscall" ? "KML_SYSCALL_PREFIX \"" value("entry") "\"" : "\"" $2 "\""
	exports = exports "KML_SYMBOL(" $2 ", " symbol ", " $4 ", " flags ")\n"
}

END {
	printf "#ifdef KML_STOCK\n%s#else\n%s#endif\n", stock, exports
}
