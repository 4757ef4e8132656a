#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The patch queue applies to Debian's source as quilt would apply it: in the order of the series, without fuzz and without an
# offset, as a hunk that moved may have moved to a twin of its context. And it is small: somebody who takes it over reads all of it.

. "$(dirname "$0")/../lib/common.sh"

# what there may be of added lines; to be lowered when the queue shrinks, and raised with a reason only
most=1100
most_in_existing=330

echo 1..4
stock=$("$TOP/tests/lib/kernel.sh" source)
queue=$TOP/core-patch/$KML_SERIES
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# report STATUS NUMBER WHAT: what is on stdin says more
report()
{
	sed 's/^/# /'
	[ "$1" = 0 ] || printf 'not '
	echo "ok $2 - $3"
}

mapfile -t patches < <(sed -E '/^[[:space:]]*(#|$)/d; s/[[:space:]].*//' "$queue/series")
(cd "$queue" && printf '%s\n' "${patches[@]}" | sort) >"$work/named"
(cd "$queue" && printf '%s\n' *.patch) >"$work/there"
status=0
diff "$work/named" "$work/there" >"$work/diff" || status=1
report $status 1 "the series names each patch once" <"$work/diff"

mkdir "$work/tree"
sed -nE 's,^--- a/([^[:space:]]+).*,\1,p' "${patches[@]/#/$queue/}" | sort -u | while read -r file; do
	[ ! -e "$stock/$file" ] || install -D -m 644 "$stock/$file" "$work/tree/$file"
done
status=0
for patch in "${patches[@]}"; do
	patch -d "$work/tree" -p1 --fuzz=0 --no-backup-if-mismatch -i "$queue/$patch" >"$work/out" 2>&1 || status=1
	grep -E 'FAILED|with fuzz|\(offset|malformed' "$work/out" | sed "s,^,$patch: ," || :
done >"$work/moved"
[ ! -s "$work/moved" ] || status=1
report $status 2 "it applies in order, without fuzz and offset" <"$work/moved"

# added FILTER: lines that the queue adds to files for which the awk expression holds
added()
{
	awk "/^--- / { new = \$2 == \"/dev/null\"; next } /^\\+\\+\\+ / { next } /^\\+/ && $1 { n++ } END { print n + 0 }" "${patches[@]/#/$queue/}"
}

total=$(added 1)
existing=$(added '!new')
status=0
[ "$total" -le $most ] || status=1
report $status 3 "it adds $total lines, at most $most" </dev/null
status=0
[ "$existing" -le $most_in_existing ] || status=1
report $status 4 "it adds $existing lines to existing files, at most $most_in_existing" </dev/null
