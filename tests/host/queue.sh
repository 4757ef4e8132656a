#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The patch queue applies to Debian's source as quilt would apply it: in the order of the series, without fuzz and without an
# offset, as a hunk that moved may have moved to a twin of its context. And it is small: somebody who takes it over reads all of it.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/lib/ktap.sh"

# What there may be of added lines, arm64's counted apart; to be lowered when the queue shrinks, and raised with a reason only. The aim
# is 1100 and 330 (arm64: 430 and 170); what is above it is told in core-patch/README.md.
case $KML_SERIES in
6.12) most=1958 most_in_existing=318 most_arm64=503 most_arm64_in_existing=193 ;;
7.3) most=1970 most_in_existing=322 most_arm64=0 most_arm64_in_existing=0 ;;
esac

echo 1..6
stock=$("$TOP/tests/lib/kernel.sh" source)
queue=$TOP/core-patch/$KML_SERIES
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mapfile -t patches < <(sed -E '/^[[:space:]]*(#|$)/d; s/[[:space:]].*//' "$queue/series")
(cd "$queue" && printf '%s\n' "${patches[@]}" | sort) >"$work/named"
(cd "$queue" && printf '%s\n' *.patch) >"$work/there"
status=0
diff "$work/named" "$work/there" >"$work/diff" || status=1
report $status 1 "the series names each patch once" <"$work/diff"

sed -nE 's,^--- a/([^[:space:]]+).*,\1,p' "${patches[@]/#/$queue/}" | sort -u | while read -r file; do
	[ ! -e "$stock/$file" ] || install -D -m 644 "$stock/$file" "$work/stock/$file"
done
cp -r "$work/stock" "$work/tree"
status=0
for patch in "${patches[@]}"; do
	patch -d "$work/tree" -p1 --fuzz=0 --no-backup-if-mismatch -i "$queue/$patch" >"$work/out" 2>&1 || status=1
	grep -E 'FAILED|with fuzz|\(offset|malformed' "$work/out" | sed "s,^,$patch: ," || :
done >"$work/moved"
[ ! -s "$work/moved" ] || status=1
report $status 2 "it applies in order, without fuzz and offset" <"$work/moved"

# What the queue adds, in all and to files that the kernel has without it.
(cd "$work/stock" && find . -type f -printf '%P\n') >"$work/files"
# count ARCH64: of arm64's patches, or of the others
count()
{
	awk -v arm64="$1" '
		NR == FNR { stock["b/" $1] = 1; next }
		FNR == 1 { on = (FILENAME ~ /-arm64-kml-/) == arm64 }
		!on || /^--- / { next }
		/^\+\+\+ / { old = $2 in stock; next }
		/^\+/ { total++; existing += old }
		END { print total + 0, existing + 0 }' "$work/files" "${patches[@]/#/$queue/}"
}

# limit NUMBER LINES MOST WHERE
limit()
{
	status=0
	[ "$2" -le "$3" ] || status=1
	report $status "$1" "it adds $2 lines$4, at most $3" </dev/null
}

read -r total existing < <(count 0)
limit 3 "$total" $most ''
limit 4 "$existing" $most_in_existing ' to existing files'
read -r total existing < <(count 1)
limit 5 "$total" $most_arm64 ' for arm64'
limit 6 "$existing" $most_arm64_in_existing ' for arm64 to existing files'
