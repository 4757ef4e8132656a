#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list -> C that compares each prototype with the declaration that the
# kernel's headers, or for helpers the module's, have of the same function.
# With -v syscalls=1 the system calls, else the others.

function value(key,	s)
{
	s = "," $5 ","
	if (!match(s, "," key "=[^,]*,"))
		return ""
	return substr(s, RSTART + length(key) + 2, RLENGTH - length(key) - 3)
}

# The prototype under another name; "..." is a va_list * to the function.
function renamed(	open, proto)
{
	open = index($6, "(")
	proto = $6
	sub(/, *\.\.\.\)$/, ", va_list *args)", proto)
	return substr(proto, 1, open - length($2) - 1) "kml_check_" $2 substr(proto, open)
}

BEGIN {
	FS = "\t"
}

($1 == "syscall") != (syscalls + 0) || ("," $5 ",") ~ /,absent,/ {
	next
}

{
	function_name = $2
	where = "the kernel's headers"
}

$1 == "syscall" {
	function_name = "sys_" value("entry")
	printf "static_assert(__NR_%s == %d, \"KML export %s: not this kernel's number\");\n", \
		substr($2, 5), value("nr"), $2
}

value("impl") != "" {
	function_name = value("impl")
	where = "the module's helpers"
}

{
	printf "%s;\n", renamed()
	printf "static_assert(__same_type(%s, kml_check_%s), \"KML export %s: exports.tbl line %d and %s differ\");\n", \
		function_name, $2, $2, $7, where
	printf "static_assert(sizeof(typeof(kml_check_%s(", $2
	for (i = 1; i <= $4 + (("," $5 ",") ~ /,variadic,/); i++)
		printf "%s0", (i > 1 ? ", " : "")
	printf "))) <= 16, \"KML export %s: returns a structure in memory\");\n", $2
}
