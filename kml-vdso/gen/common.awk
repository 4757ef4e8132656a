# SPDX-License-Identifier: GPL-2.0-only
#
# What the generators share: reading the flags of exports.list (field 5).
#
#   awk -f common.awk -f X.awk exports.list

function has(flag)
{
	return ("," $5 ",") ~ ("," flag ",")
}

# Value of the flag KEY=VALUE, "" if it is not there.
function value(key,	s)
{
	s = "," $5 ","
	if (!match(s, "," key "=[^,]*,"))
		return ""
	return substr(s, RSTART + length(key) + 2, RLENGTH - length(key) - 3)
}
