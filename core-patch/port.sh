#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Writes the queue of another series anew from that of 6.12, which is the one to change:
#
#   core-patch/port.sh [SERIES]		(default: 7.3)
#
# The queue's own files are 6.12's after SERIES/port.sed, and changes to the kernel's are merged into its newer files. What cannot
# be merged, or must not be, is in SERIES/by-hand, a line for each: number of the patch, file, and a hash of 6.12's change. There
# the change stays as it is in the patch that is being rewritten, and a hash that is no longer true is told: port that change by
# hand, then write the hash that is printed. tests/host/series.sh looks whether all of this has been done.
#
# Patches with numbers from 0101 on are that series' own, for what 6.12 has nothing of. They come last, and stay what they are.
# A patch whose line in the series ends with "# 6.12 only" stays there: those of arm64, until they have been built for another one.

. "$(dirname "$0")/../tests/lib/common.sh"
. "$(dirname "$0")/change.sh"

series=${1:-7.3}
from=$TOP/core-patch/6.12
to=$TOP/core-patch/$series
old_stock=$(KML_SERIES=6.12 "$TOP/tests/lib/kernel.sh" source)
new_stock=$(KML_SERIES=$series "$TOP/tests/lib/kernel.sh" source)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
old=$work/old new=$work/new before=$work/before
failed=n

# take STOCK TREE: what either queue touches
take()
{
	local file

	mkdir -p "$2"
	sed -nE 's,^(---|\+\+\+) [ab]/([^[:space:]]+).*,\2,p' "$from"/*.patch "$to"/*.patch | sort -u | while read -r file; do
		[ ! -e "$1/$file" ] || install -D -m 644 "$1/$file" "$2/$file"
	done
}

git_new()
{
	git -C "$new" -c user.name="KML developers" -c user.email=kml@localhost -c core.autocrlf=false "$@"
}

# port_file NUMBER FILE PATCH: bring 6.12's change of this file to the other series; what was there before is in old.before
port_file()
{
	local hand

	hand=$(by_hand "$to" "$1" "$2")
	if [ -n "$hand" ]; then
		change_of "$2" "$to/$3" >"$work/change"
		[ ! -s "$work/change" ] || patch -s -d "$new" -p1 --fuzz=0 --no-backup-if-mismatch -i "$work/change" ||
			die "$3: the change of $2 in $series no longer applies"
		[ "$hand" = "$(change_hash "$2" "$from/$3")" ] || {
			say "$1 $2 $(change_hash "$2" "$from/$3"): 6.12's change is another one than the one ported by hand"
			failed=y
		}
	elif [ ! -e "$old_stock/$2" ]; then
		mkdir -p "$new/${2%/*}"
		sed -E -f "$to/port.sed" "$old/$2" >"$new/$2"
	elif [ -e "$new/$2" ] && git merge-file -p "$new/$2" "$work/old.before/$2" "$old/$2" >"$work/merged"; then
		cat "$work/merged" >"$new/$2"
	else
		die "$3: the change of $2 cannot be merged: port it by hand, and name it in $series/by-hand"
	fi
}

# commit_like PATCH: with its message and date
commit_like()
{
	local date

	git_new add -A -f
	git -C "$new" mailinfo -k "$work/message" /dev/null <"$1" >"$work/info"
	date=$(sed -n 's/^Date: //p' "$work/info")
	{ sed -n 's/^Subject: \[PATCH\] //p' "$work/info"; echo; cat "$work/message"; } >"$work/text"
	GIT_COMMITTER_DATE=$date git_new commit -q --date="$date" -F "$work/text"
}

# write_patch PATCH: the last commit, with so much context that none of its hunks has a twin
write_patch()
{
	local lines twins

	for lines in 3 4 5 6 8 10 12; do
		git_new format-patch -q --zero-commit --no-signature --abbrev=9 -N -1 -U$lines --stdout >"$work/out/$1"
		twins=$(awk -v tree="$before" -f "$TOP/core-patch/twins.awk" "$work/out/$1")
		[ -n "$twins" ] || return 0
	done
	die "$1: $twins"
}

take "$old_stock" "$old"
take "$new_stock" "$new"
mkdir "$work/out"
git_new init -q
git_new add -A -f
git_new commit -q -m "$series"

while read -r patch _; do
	number=${patch%%-*}
	rm -rf "$work/old.before" "$before"
	cp -r "$old" "$work/old.before"
	cp -r "$new" "$before"
	patch -s -d "$old" -p1 --fuzz=0 --no-backup-if-mismatch -i "$from/$patch"
	for file in $(files_of "$number" "$from/$patch" "$to"); do
		port_file "$number" "$file" "$patch"
	done
	commit_like "$from/$patch"
	write_patch "$patch"
done < <(ported "$from")

own_patches "$to" >"$work/own"
while read -r patch; do
	rm -rf "$before"
	cp -r "$new" "$before"
	patch -s -d "$new" -p1 --fuzz=0 --no-backup-if-mismatch -i "$to/$patch" || die "$patch: no longer applies"
	commit_like "$to/$patch"
	write_patch "$patch"
done <"$work/own"

rm -f "$to"/*.patch
cp "$work/out"/*.patch "$to"
{ ported "$from"; cat "$work/own"; } >"$to/series"
[ $failed = n ]
