#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each file says its license in one of its first three lines, in the one spelling for it, and LICENSES/ has the text.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/common/ktap.sh"

cd "$TOP"
mapfile -t files < <(git -c safe.directory='*' ls-files -co --exclude-standard 2>/dev/null | while read -r file; do
	[ ! -f "$file" ] || echo "$file"
done)
[ ${#files[@]} != 0 ] || { echo "1..0 # SKIP not a git tree"; exit 4; }

# The spellings; without -only, GPL-2.0 means the same, but one of them can be searched for.
spellings=(GPL-2.0-only LGPL-2.1-or-later "GPL-2.0-only WITH Linux-syscall-note")

# exempt FILE: it cannot have such a line, for a reason
exempt()
{
	case $1 in
	# the texts themselves
	LICENSES/*) ;;
	# changes to the kernel's files, which have their own lines, spelt as the kernel does; the list is git's and quilt's
	core-patch/*/*.patch|core-patch/*/series) ;;
	# the statement for the packages, in Debian's format
	userlib/debian/copyright) ;;
	# formats without comments
	userlib/debian/source/format|userlib/debian/changelog.in) ;;
	# a manual page that is another's: man wants ".so" in the first line
	userlib/man/*.3) [[ $(head -n 1 "$1") == ".so "* ]] ;;
	*) return 1 ;;
	esac
}

# license FILE: what its line says, without the end of the comment
license()
{
	head -n 3 "$1" | sed -nE 's/^.*SPDX-License-Identifier: *//; T; s/ *(\*\/|-->)$//; p; q'
}

# has_text LICENSE: LICENSES/ has it and what it is combined with
has_text()
{
	local name=${1%% WITH *}

	grep -qxF "Valid-License-Identifier: $name" LICENSES/preferred/* || return 1
	[[ $1 != *" WITH "* ]] || grep -qxF "SPDX-Exception-Identifier: ${1##* WITH }" LICENSES/exceptions/*
}

# found WHAT: "out" is what is wrong
found()
{
	[ -z "$out" ]
	result $? "$1"
}

set +e
licenses=$(for file in "${files[@]}"; do
	exempt "$file" || printf '%s\t%s\n' "$(license "$file")" "$file"
done)
mapfile -t used < <(cut -f 1 <<<"$licenses" | sort -u | grep .)

ktap_start
out=$(awk -F '\t' '$1 == "" { print $2 ": no SPDX line" }' <<<"$licenses")
found "every file names its license"
out=$(printf '%s\n' "${used[@]}" | grep -vxFf <(printf '%s\n' "${spellings[@]}") | while read -r other; do
	awk -F '\t' -v other="$other" '$1 == other { print $2 ": " other }' <<<"$licenses"
done)
found "one spelling for each license"
out=$(for name in "${used[@]}"; do
	has_text "$name" || echo "LICENSES/ has no text for $name"
done)
found "LICENSES/ has the text of each"
ktap_end
