# SPDX-License-Identifier: GPL-2.0-only
#
# exports.list -> the entries of the image's table, as linker script: the
# linker knows offsets from the image's start as numbers. The fields are those
# of struct kml_export; the module checks magic, sizes and order at load.

BEGIN {
	FS = "\t"
	# to readers who know no leaves in the image, they are calls
	class["leaf"] = class["call"] = 1
	class["syscall"] = 2
	missing = 1
	variadic = 4
	leaf = 8
	irq = 16
}

{
	ret = $1 == "syscall" ? "kml_syscall_ret" : "kml_ret"
	printf "kml_entry_%s = .;\n", $2
	printf "\tQUAD(0) LONG(kml_stub_%s) LONG(kml_name_%s) LONG(%s) SHORT(%d) SHORT(%d)\n", \
		$2, $2, $3, class[$1], missing + (has("variadic") ? variadic : 0) + ($1 == "leaf" ? leaf : 0) + (has("irq") ? irq : 0)
	printf "\tLONG(%d) LONG(%s - kml_entry_%s) LONG(%s) LONG(%d) . = . + 24;\n", \
		value("nr"), ret, $2, $3, value("stack")
}
