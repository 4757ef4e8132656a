# SPDX-License-Identifier: GPL-2.0-only
# Hunks of a patch whose lines stand in their file more than once: where the file has moved, patch may take the wrong place.
#
#   awk -v tree=DIRECTORY -f twins.awk PATCH	(the tree is the one before the patch)

function check(	at, rest, count)
{
	if (hunk == "")
		return
	rest = text
	while (at = index(rest, hunk)) {
		count++
		rest = substr(rest, at + 1)
	}
	if (count > 1)
		print name ": " where " stands there " count " times"
	hunk = ""
}

function load(	line, path)
{
	path = tree "/" name
	text = "\n"
	while ((getline line < path) > 0)
		text = text line "\n"
	close(path)
}

/^diff --git / { check(); left = 0; next }
!left && /^--- a\// { name = substr($2, 3); load(); next }
!left && /^--- \/dev\/null/ { name = text = ""; next }
/^@@ -/ {
	check()
	where = $0
	sub(/ @@.*/, " @@", where)
	split($2, from, ",")
	split($3, to, ",")
	left = (from[2] == "" ? 1 : from[2]) + (to[2] == "" ? 1 : to[2])
	hunk = name == "" ? "" : "\n"
	next
}
left && /^[ -]/ { if (name != "") hunk = hunk substr($0, 2) "\n"; left -= /^ / ? 2 : 1; next }
left && /^\+/ { left--; next }
END { check() }
