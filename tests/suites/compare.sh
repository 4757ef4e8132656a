# SPDX-License-Identifier: GPL-2.0-only
# Runs one test from /plain and from /trusted and compares what it reports. Sourced by a suite, which has run_one.
# shellcheck shell=bash

. "$(dirname "$0")/ktap.sh"

work=/tmp/suite
here=$(dirname "$0")
only=$(cat "$here/only")
mkdir -p $work

# seen SUITE TEST: runs it in both places; the lines that only one of them has, in $work/seen
seen()
{
	local way

	for way in plain trusted; do
		run_one $way "$2" 2>&1 | sed -E 's/0x[0-9a-f]+|[0-9]+/N/g' | sort -u >$work/$way
	done
	{
		comm -23 $work/plain $work/trusted | sed 's/^/plain: /'
		comm -13 $work/plain $work/trusted | sed 's/^/trusted: /'
	} >$work/seen
}

# unexplained SUITE TEST: those that no line "SUITE TEST | LINE | REASON" of the list allows; LINE is a shell pattern
unexplained()
{
	local line suite pattern

	while read -r line; do
		while IFS='|' read -r suite pattern _; do
			pattern=${pattern# }
			# shellcheck disable=SC2053
			[ "${suite% }" != "$1 $2" ] || [[ $line != ${pattern% } ]] || continue 2
		done < <(grep -v '^#' "$here/differences")
		echo "$line"
	done <$work/seen
}

# compare SUITE TEST: what differs once may be chance, so it is run again
compare()
{
	local try

	# shellcheck disable=SC2053
	[[ ${2/ //} == $only ]] || return
	for try in 1 2; do
		seen "$1" "$2"
		out=$(unexplained "$1" "$2")
		[ -n "$out" ] || break
		[ $try = 2 ] || echo "# $2 differs, and is run again: ${out//$'\n'/; }"
	done
	[ -z "$out" ]
	result $? "$2: $(wc -l <$work/plain) kinds of results$([ ! -s $work/seen ] || echo ", $(wc -l <$work/seen) differ")"
}
