#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs one test from /plain and from /trusted and compares what it reports. Sourced by a suite, which has run_one, and in $results
# an awk program that says the lines of a test's output that count. An emulator is slow to start programs: there are few here.
# shellcheck shell=bash

. "$(dirname "$0")/ktap.sh"

work=/tmp/suite
here=$(dirname "$0")
group=/sys/fs/cgroup/suite
read -r only <"$here/only"
mapfile -t listed < <(grep -v '^#' "$here/differences")
mkdir -p $work $group

# what the kernel complains of is a result, too; numbers differ from run to run, and where it lies is no difference
# shellcheck disable=SC2016
lines='
	function say(line) {
		gsub(/0x[0-9a-f]+|[0-9]+/, "N", line)
		gsub(/(plain|trusted)\/kselftest/, "kselftest", line)
		print line
	}
	BEGIN { RS = "[\r\n]" }
	FILENAME == ARGV[1] {
		if (match($0, /BUG: [a-zA-Z -]*|WARNING: CPU|Oops|general protection fault|double fault/))
			say("kernel: " substr($0, RSTART, RLENGTH))
		next
	}'

# bounded SECONDS COMMAND...: what it prints is in $work/out; all that it has started ends with it
bounded()
{
	local status=0 key value=1

	(
		echo $BASHPID >$group/cgroup.procs
		exec timeout -k 5 "$@"
	) >$work/out 2>&1 </dev/null || status=$?
	echo 1 >$group/cgroup.kill
	for _ in {1..100}; do
		while read -r key value && [ "$key" != populated ]; do :; done <$group/cgroup.events
		[ "$value" != 0 ] || break
		sleep 0.1
	done
	return $status
}

# in_letters NUMBER: as $letters, which is not taken for a number
in_letters()
{
	local alphabet=abcdefghij i

	letters=
	for ((i = 0; i < ${#1}; i++)); do
		letters+=${alphabet:${1:i:1}:1}
	done
}

# seen SUITE TEST: runs it in both places; the lines that only one of them has, in $differing; how many /plain has, in $kinds
seen()
{
	local way line other
	local -A got=() of=([plain]=trusted [trusted]=plain)

	differing=()
	kinds=0
	for way in plain trusted; do
		# the console's last word, should it be the guest's
		echo "kml-test: $1 $2 from /$way" >/dev/kmsg
		: >$work/out
		# the shell says itself which signal a program has died of
		run_one $way "$2" 2>/dev/null
		in_letters $?
		got["$way: status $letters"]=y
		dmesg -c >$work/kernel
		# shellcheck disable=SC2154
		while read -r line; do
			got["$way: $line"]=y
		done < <(awk "$lines $results" $work/kernel $work/out)
	done
	for line in "${!got[@]}"; do
		way=${line%%: *}
		other="${of[$way]}: ${line#*: }"
		[ -n "${got["$other"]-}" ] || differing+=("$line")
		[ "$way" != plain ] || kinds=$((kinds + 1))
	done
}

# allowed "SUITE TEST" LINE: does a line "SUITE TEST | LINE | REASON" of the list, whose LINE is a shell pattern? $reason is why
allowed()
{
	local entry test pattern

	for entry in "${listed[@]}"; do
		IFS='|' read -r test pattern reason <<<"$entry"
		pattern=${pattern# }
		# shellcheck disable=SC2053
		[ "${test% }" != "$1" ] || [[ $2 != ${pattern% } ]] || return 0
	done
	return 1
}

# compare SUITE TEST: what differs once may be chance; it is run again, twice at most, for what differs each time
compare()
{
	local try line before

	# shellcheck disable=SC2053
	[[ ${2/ //} == $only ]] || return
	if allowed "$1 $2" -; then
		skip "$2" "${reason# }"
		return
	fi
	for try in 1 2 3; do
		seen "$1" "$2"
		before=$'\n'$out$'\n'
		out=
		for line in "${differing[@]}"; do
			allowed "$1 $2" "$line" || [[ $try != 1 && $before != *$'\n'"$line"$'\n'* ]] || out+=$line$'\n'
		done
		out=${out%$'\n'}
		[ -n "$out" ] || break
		[ $try = 3 ] || echo "# $2 differs, and is run again: ${out//$'\n'/; }"
	done
	[ -z "$out" ]
	result $? "$2: $kinds kinds of results$([ ${#differing[@]} = 0 ] || echo ", ${#differing[@]} differ")"
}
