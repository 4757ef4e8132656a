#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the tests, on this host and in the guests of tests/boots and tests/boots.arm, as KTAP; the last line is the count of all
# results.
#
#   tests/run.sh [--arch x86_64|arm]... [--boot PATTERN]... [--without PATTERN]... [--test PATTERN]... [--no-host]

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"

archs=()
boots=()
without=()
tests=()
host=y
raw=n
while [ $# != 0 ]; do
	case $1 in
	--arch) archs+=("${2:?}"); shift ;;
	--boot) boots+=("${2:?}"); host=n; shift ;;
	--without) without+=("${2:?}"); shift ;;
	--test) tests+=("${2:?}"); host=n; shift ;;
	--no-host) host=n ;;
	# what this script calls itself with, for the guests of KML_ARCH
	--raw) raw=y ;;
	*) die "unknown argument: $1" ;;
	esac
	shift
done

[ ${#archs[@]} != 0 ] || archs=("$KML_ARCH")
[ $raw = y ] || lock_run

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
results=$work/results

# matches WORD PATTERN...: without a pattern everything does
matches()
{
	local word=$1 pattern
	shift

	[ $# != 0 ] || return 0
	for pattern; do
		# shellcheck disable=SC2053
		[[ $word != $pattern ]] || return 0
	done
	return 1
}

# A host test prints KTAP like a guest's; it goes through the same counting.
run_host()
{
	local file name status

	: >"$work/empty"
	for file in "$TOP"/tests/host/*.sh; do
		[ -e "$file" ] || continue
		name=${file##*/}
		say "# host: $name"
		status=0
		timeout 1800 bash "$file" >"$work/out" 2>&1 </dev/null || status=$?
		{ echo "begin ${name%.sh}"; sed 's/^/    /' "$work/out"; echo "end ${name%.sh} $status"; } >"$LOGS/host-${name%.sh}.verdict"
		awk -v boot=host -f "$TOP/tests/lib/results.awk" "$work/empty" "$work/empty" "$LOGS/host-${name%.sh}.verdict"
	done
}

# list_for BOOT FLAVOUR FIRST: what this boot runs
list_for()
{
	local label mode timeout user on file

	while read -r label mode timeout user on file; do
		case $on in
		"$1") ;;
		all|"$2") [[ $1 != *-single ]] || continue ;;
		single) [[ $1 == *-single ]] || continue ;;
		one) [ "$3" = y ] || continue ;;
		*) continue ;;
		esac
		! matches "${label%:*}" "${tests[@]}" || echo "$label $mode $timeout $user $file"
	done <"$KML_CACHE/guest/${TAG}programs/plan"
}

# guest NAME FLAVOUR BOARD APPEND: one boot, its results in the work directory
guest()
{
	local limit=1200 start=$SECONDS again='' try

	[ "$2" != debug ] || limit=2400
	# not for ever: what it does three times is not QEMU's doing
	for try in 1 2 3; do
		boot_guest "$1" "$KML_CACHE/kernel/$TAG$2/$IMAGE" "$KML_CACHE/guest/$TAG$2.ext4" "$3" "$4" "$limit" || :
		touch "$LOGS/$1.console" "$LOGS/$1.verdict"
		{ [ $try != 3 ] && ran_stale_int3 "$LOGS/$1.console"; } || break
		mv "$LOGS/$1.console" "$LOGS/stale-$1.$try"
		again+="# $1: booted again, as QEMU ran an int3 that was no longer in memory (console: stale-$1.$try)"$'\n'
		say "${again%$'\n'}"
	done
	{
		echo "# $1: $4, $3, $((SECONDS - start)) s"
		printf '%s' "$again"
		awk -v boot="$1" -f "$TOP/tests/lib/results.awk" "$LOGS/$1.console" "$work/list.$1" "$LOGS/$1.verdict"
	} >"$work/$1.ktap"
	say "# $1 ended after $((SECONDS - start)) s"
}

run_guests()
{
	local name flavour board append first=y names=() flavours=()

	"$TOP/tests/lib/programs.sh" >/dev/null
	"$TOP/tests/lib/rootfs.sh" >/dev/null
	while read -r name flavour board append; do
		list_for "$name" "$flavour" "$first" >"$work/list.$name"
		first=n
		[ -s "$work/list.$name" ] || continue
		matches "$name" "${boots[@]}" || continue
		[ ${#without[@]} = 0 ] || ! matches "$name" "${without[@]}" || continue
		names+=("$name:$flavour:$board:$append")
		[[ " ${flavours[*]} " == *" $flavour "* ]] || flavours+=("$flavour")
	done < <(grep -v '^#' "$TOP/tests/boots${TAG:+.$KML_ARCH}")
	for flavour in "${flavours[@]}"; do
		"$TOP/tests/lib/disk.sh" "$flavour" "$work"/list.* >/dev/null
	done
	for name in "${names[@]}"; do
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
			wait -n || :
		done
		IFS=: read -r name flavour board append <<<"$name"
		guest "$name" "$flavour" "$board" "$append" &
	done
	wait
	for name in "${names[@]}"; do
		cat "$work/${name%%:*}.ktap"
	done
}

if [ $raw = y ]; then
	run_guests
	exit
fi

# A build that fails is a failed result, too.
run_all()
{
	local arch pattern arguments=()

	echo "KTAP version 1"
	[ "$host" = n ] || run_host
	for pattern in "${boots[@]}"; do
		arguments+=(--boot "$pattern")
	done
	for pattern in "${without[@]}"; do
		arguments+=(--without "$pattern")
	done
	for pattern in "${tests[@]}"; do
		arguments+=(--test "$pattern")
	done
	for arch in "${archs[@]}"; do
		KML_ARCH=$arch "$0" --raw "${arguments[@]}" ||
			printf 'not ok - harness: the guests (%s) could not be run\n#= 0 1 0\n' "$arch"
	done
}

run_all | tee "$results" | awk '/^(not )?ok - / { n++; sub(/ok -/, "ok " n " -") } !/^#= / { print; fflush() }'
awk '
	/^#= / { passed += $2; failed += $3; skipped += $4 }
	END {
		line = passed + 0 " passed, " failed + 0 " failed"
		if (skipped)
			line = line ", " skipped " skipped"
		print line
		exit failed != 0 || passed == 0
	}' "$results"
