#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What was changed in the queue of 6.12, but for patches that are for it alone, was changed in that of every other series:
# core-patch/port.sh has been run, and what it leaves to people is done. And no hunk of any queue has a twin in its context that it could be applied to instead.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/lib/ktap.sh"
. "$TOP/core-patch/change.sh"

from=$TOP/core-patch/6.12
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

# message PATCH: up to where its files begin
message()
{
	sed '/^---$/q' "$1"
}

# own FILE: does the queue bring this file?
own()
{
	grep -qx "$1" "$work/own"
}

# compare NUMBER PATCH FILE DIRECTORY: the change of one file in both series
compare()
{
	local hand

	hand=$(by_hand "$4" "$1" "$3")
	if [ -n "$hand" ]; then
		[ "$hand" = "$(change_hash "$3" "$from/$2")" ] ||
			echo "$2: $3 has changed in 6.12 since it was ported by hand"
	else
		lines_of "$3" "$from/$2" >"$work/old"
		# an own file's lines are ported by themselves
		if own "$3"; then
			sed -E 's/^([+-])(.*)/\1\n\2/' "$work/old" | sed -E -f "$4/port.sed" | paste -d '' - - >"$work/ported"
		else
			cp "$work/old" "$work/ported"
		fi
		lines_of "$3" "$4/$2" | cmp -s - "$work/ported" || echo "$2: $3 differs"
	fi
}

# compare_all DIRECTORY: of all patches
compare_all()
{
	local patch file

	while read -r patch _; do
		cmp -s <(message "$from/$patch") <(message "$1/$patch") || echo "$patch: the messages differ"
		for file in $(sed -nE 's,^diff --git a/[^ ]+ b/([^ ]+)$,\1,p' "$from/$patch" "$1/$patch" | sort -u); do
			compare "${patch%%-*}" "$patch" "$file" "$1"
		done
	done < <(ported "$from")
}

# twins DIRECTORY STOCK: of the hunks of all patches
twins()
{
	local tree=$work/tree patch

	rm -rf "$tree"
	sed -nE 's,^--- a/([^[:space:]]+).*,\1,p' "$1"/*.patch | sort -u | while read -r file; do
		[ ! -e "$2/$file" ] || install -D -m 644 "$2/$file" "$tree/$file"
	done
	while read -r patch _; do
		awk -v tree="$tree" -f "$TOP/core-patch/twins.awk" "$1/$patch" | sed "s,^,$patch: ,"
		patch -s -d "$tree" -p1 --fuzz=0 --no-backup-if-mismatch -i "$1/$patch" || break
	done <"$1/series"
}

mapfile -t others < <(cd "$TOP/core-patch" && ls -d -- */port.sed | sed 's,/.*,,')
echo "1..$((2 * ${#others[@]} + 1))"
awk '/^--- / { new = $2 == "/dev/null" } /^\+\+\+ b\// && new { print substr($2, 3) }' "$from"/*.patch >"$work/own"

for series in 6.12 "${others[@]}"; do
	dir=$TOP/core-patch/$series
	if [ "$series" != 6.12 ]; then
		{ ported "$from"; own_patches "$dir"; } | diff - "$dir/series" >"$work/out" || :
		[ -s "$work/out" ] || compare_all "$dir" >"$work/out" 2>&1 || :
		status=0
		[ ! -s "$work/out" ] || status=1
		report $status $((++number)) "$series: the queue is what port.sh makes of that of 6.12" <"$work/out"
	fi
	if stock=$(KML_SERIES=$series "$TOP/tests/lib/kernel.sh" source 2>"$work/err"); then
		twins "$dir" "$stock" >"$work/out" 2>&1
		status=0
		[ ! -s "$work/out" ] || status=1
		report $status $((++number)) "$series: each hunk has one place" <"$work/out"
	else
		report 0 $((++number)) "$series: each hunk has one place # SKIP no source: make deps SERIES=$series" </dev/null
	fi
done
