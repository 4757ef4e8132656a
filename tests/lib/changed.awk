# SPDX-License-Identifier: GPL-2.0-only
# exports.tbl -> another list for the same kernel: other places in the table, exports more and less, and one whose version is
# another. Its prototype says the same in other words, since one that says something else would not build.

$5 == "ktime_get_resolution_ns" {
	dropped++
	next
}

$5 == "msleep_interruptible" {
	changed += sub(/unsigned int msecs/, "unsigned msecs")
}

{
	print
}

END {
	OFS = "\t"
	print "call", "-", "-", "all", "__bitmap_weight", "-", "unsigned int __bitmap_weight(const unsigned long *bitmap, unsigned int nbits)"
	print "call", "-", "-", "all", "hex_to_bin", "-", "int hex_to_bin(unsigned char ch)"
	print "call", "-", "-", "all", "int_pow", "-", "u64 int_pow(u64 base, unsigned int exp)"
	exit !(dropped && changed)
}
