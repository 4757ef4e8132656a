# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list -> C that compares each prototype with the declaration that the
# kernel's headers, or for helpers the module's, have of the same function.
# With -v syscalls=1 the system calls, else the others.

# The prototype under another name; "..." is a va_list * to the function.
function renamed(	open, proto)
{
	open = index($6, "(")
	proto = $6
	sub(/, *\.\.\.\)$/, ", va_list *args)", proto)
	return substr(proto, 1, open - length($2) - 1) "kml_check_" $2 substr(proto, open)
}

# The registers that list.awk has counted for each argument.
function check_words(	n, i, inner, type, words)
{
	inner = substr($6, index($6, "(") + 1)
	n = split(value("words"), words, ".")
	split(inner, type, /, */)
	for (i = 1; i <= n; i++) {
		sub(/[A-Za-z0-9_]+\)?$/, "", type[i])
		printf "static_assert(DIV_ROUND_UP(sizeof(%s), sizeof(long)) == %d, \"KML export %s: argument %d takes another number of registers\");\n", \
			type[i], words[i], $2, i
	}
}

BEGIN {
	FS = "\t"
}

($1 == "syscall") != (syscalls + 0) || has("absent") {
	next
}

value("config") != "" {
	print "#ifdef CONFIG_" value("config")
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
	for (i = 1; i <= $4 + has("variadic"); i++)
		printf "%s0", (i > 1 ? ", " : "")
	printf "))) <= 16, \"KML export %s: returns a structure in memory\");\n", $2
	check_words()
}

value("config") != "" {
	print "#endif"
}
