#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
#
# Module.symvers and exports.list -> exports.list with a flag crc=0x... for
# each export that is a symbol with a modversions CRC in that kernel: what a
# program records that is to run on kernels with exactly these types only.

BEGIN {
	FS = OFS = "\t"
}

FNR == NR {
	crc[$2] = $1
	next
}

($2 in crc) && crc[$2] != "0x00000000" && $1 != "syscall" && ("," $5) !~ /,impl=/ {
	$5 = ($5 == "-" ? "" : $5 ",") "crc=" crc[$2]
}

{
	print
}
