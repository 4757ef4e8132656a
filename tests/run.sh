#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the tests, on this host and in the guests of tests/boots, tests/boots.arm and tests/boots.arm64, as KTAP; the last line is the
# count of all results.
#
#   tests/run.sh [--series SERIES] [--arch x86_64|arm|arm64]... [--boot PATTERN]... [--without PATTERN]... [--test PATTERN]... [--no-host] [--all]
#
# A test runs where all run, and in the boots that vary what it depends on. With --all or --test it runs in each boot that it may.
#
# KML_DEADLINE, seconds since 1970, is when it has to end: kernels whose build or guests would take longer are skipped.

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/ktap.sh"
. "$TOP/tests/lib/qemu.sh"

arguments=("$@")
series=$KML_SERIES
archs=()
boots=()
without=()
tests=()
host=y
all=n
everywhere=n
raw=n
kernels=first
while [ $# != 0 ]; do
	case $1 in
	--series) series=${2:?}; shift ;;
	--arch) archs+=("${2:?}"); shift ;;
	--boot) boots+=("${2:?}"); host=n; shift ;;
	--without) without+=("${2:?}"); shift ;;
	--test) tests+=("${2:?}"); host=n; everywhere=y; shift ;;
	--all) all=y; everywhere=y ;;
	--no-host) host=n ;;
	# what this script calls itself with, for the guests of KML_ARCH with the first kernel of the list, or with the others
	--raw) raw=y; kernels=${2:?}; shift ;;
	*) die "unknown argument: $1" ;;
	esac
	shift
done

# where things are depends on it
[ "$series" = "$KML_SERIES" ] || KML_SERIES=$series exec "$0" "${arguments[@]}"
[ ${#archs[@]} != 0 ] || archs=("$KML_ARCH")
[ $raw = y ] || lock_run

work=$(mktemp -d)
builds=n
trap '[ $builds = n ] || give_slot; rm -rf "$work"' EXIT
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

# slots: two jobs run at a time, as CI has two processors, whichever process of a run starts them: who has a byte of this pipe runs one
slots()
{
	[ -z "${KML_SLOTS-}" ] || return 0
	mkfifo "$work/slots"
	exec {KML_SLOTS}<>"$work/slots"
	export KML_SLOTS
	printf '..' >&"$KML_SLOTS"
}

# take_slot, give_slot: waits until one is free
take_slot()
{
	read -rn 1 -u "$KML_SLOTS" _
}

give_slot()
{
	printf . >&"$KML_SLOTS"
}

# job COMMAND...: in the background, as soon as there is a slot
job()
{
	take_slot
	{
		trap give_slot EXIT
		"$@"
	} &
}

# host_test NAME: it prints KTAP like a guest's, which goes through the same counting; its results in the work directory
host_test()
{
	local name=$1 status=0 began=$SECONDS

	say "# host: $name"
	timeout 1800 bash "$TOP/tests/host/$name.sh" >"$work/out.$name" 2>&1 </dev/null || status=$?
	{
		echo "begin $name"
		sed 's/^/    /' "$work/out.$name"
		echo "end $name $status $(((SECONDS - began) * 1000))"
	} >"$LOGS/host-$name.verdict"
	awk -v boot=host -f "$TOP/tests/lib/results.awk" "$work/empty" "$work/empty" "$LOGS/host-$name.verdict" >"$work/host.$name"
}

# What takes longest comes first; the results have the order of the names.
run_host()
{
	local name

	: >"$work/empty"
	for name in ibt style $(cd "$TOP/tests/host" && ls -- *.sh); do
		name=${name%.sh}
		[ ! -e "$work/host.$name" ] || continue
		: >"$work/host.$name"
		job host_test "$name"
	done
	wait
	for name in "$work"/host.*; do
		# one that was killed has said nothing
		[ -s "$name" ] || verdict 1 "host: ${name##*/host.}: ended without a result"
		cat "$name"
	done
}

# kind_of FLAVOUR: a flavour may say in its fragment which other it counts as
kind_of()
{
	local kind

	kind=$(sed -n 's/^# counts as: //p' "$TOP/tests/arch/$ARCH_TAG$1.config")
	echo "${kind:-$1}"
}

# in_series FLAVOUR: its fragment may name the series that have it
in_series()
{
	local only

	only=$(sed -n 's/^# series: //p' "$TOP/tests/arch/$ARCH_TAG$1.config")
	[ -z "$only" ] || [[ " $only " == *" $KML_SERIES "* ]]
}

# list_for BOOT FLAVOUR FOR: what this boot runs
list_for()
{
	local label mode timeout user on depends file kind

	kind=$(kind_of "$2")
	while read -r label mode timeout user on depends file; do
		if ! common_word "$on" "$1"; then
			case $on in
			all|"$2"|"$kind") [[ $1 != *-single ]] || continue ;;
			single) [[ $1 == *-single ]] || continue ;;
			*) continue ;;
			esac
			[ $everywhere = y ] || [ "$3" = all ] || [ "$on" = single ] || common_word "$depends" "$3" || continue
		fi
		! matches "${label%:*}" "${tests[@]}" || echo "$label $mode $timeout $user $file"
	done <"$KML_CACHE/guest/${ARCH_TAG}programs/plan"
}

# common_word LIST LIST: have these lists, with commas, one?
common_word()
{
	local word

	for word in ${1//,/ }; do
		[[ ,$2, != *,$word,* ]] || return 0
	done
	return 1
}

# left: seconds until the deadline
left()
{
	echo $((${KML_DEADLINE:-9999999999} - $(date +%s)))
}

# enough_time FLAVOUR: for its kernel, which may take somewhat longer than those before it, and for its guests
enough_time()
{
	local build

	[ -n "${KML_DEADLINE-}" ] || return 0
	build=$("$TOP/tests/lib/kernel.sh" "$1" --seconds)
	[ $((build * 3 / 2 + 600)) -lt "$(left)" ]
}

# guest NAME FLAVOUR BOARD APPEND: one boot, its results in the work directory
guest()
{
	local limit=1800 start=$SECONDS again='' try cpu

	[ "$(kind_of "$2")" != debug ] || limit=2400
	# what hangs at the end is to be named, too
	[ $(($(left) + 300)) -gt $limit ] || limit=$(($(left) + 300))
	# not for ever: what it does three times is not QEMU's doing
	for try in 1 2 3; do
		boot_guest "$1" "$KML_CACHE/kernel/$TAG$2/$IMAGE" "$KML_CACHE/guest/$TAG$2.ext4" "$3" "$4" "$limit" || :
		touch "$LOGS/$1.console" "$LOGS/$1.verdict"
		{ [ $try != 3 ] && ran_stale_int3 "$LOGS/$1.console"; } || break
		mv "$LOGS/$1.console" "$LOGS/stale-$1.$try"
		again+="# $1: booted again, as QEMU ran an int3 that was no longer in memory (console: stale-$1.$try)"$'\n'
		say "${again%$'\n'}"
	done
	# of this guest's shell and what it started: a busy machine changes it less
	times >"$work/$1.times"
	cpu=$(awk -F '[ms ]+' 'NR == 2 { print int($1 * 60 + $2 + $3 * 60 + $4) }' "$work/$1.times")
	{
		echo "# $1: $4, $3, $((SECONDS - start)) s, of processors $cpu s"
		printf '%s' "$again"
		awk -v boot="$1" -f "$TOP/tests/lib/results.awk" "$LOGS/$1.console" "$work/list.$1" "$LOGS/$1.verdict"
	} >"$work/$1.ktap"
	say "# $1 ended after $((SECONDS - start)) s, of processors $cpu s"
}

run_guests()
{
	local name flavour board varies append names=() absent=() flavours=() first='' skipped=''

	take_slot
	builds=y
	"$TOP/tests/lib/programs.sh" >/dev/null
	"$TOP/tests/lib/rootfs.sh" >/dev/null
	while read -r name flavour board varies append; do
		first=${first:-$flavour}
		case $kernels in
		first) [ "$flavour" = "$first" ] || continue ;;
		others) [ "$flavour" != "$first" ] || continue ;;
		esac
		matches "$name" "${boots[@]}" || continue
		# a kernel of its own, for those who ask for it
		[ "$varies" != full ] || [ $all = y ] || [ ${#boots[@]} != 0 ] || continue
		[ ${#without[@]} = 0 ] || ! matches "$name" "${without[@]}" || continue
		if ! in_series "$flavour"; then
			skipped "$name" "Linux $KML_SERIES has no $flavour kernel for $KML_ARCH" >"$work/$name.ktap"
			absent+=("$name")
			continue
		fi
		list_for "$name" "$flavour" "$varies" >"$work/list.$name"
		[ -s "$work/list.$name" ] || continue
		names+=("$name:$flavour:$board:$append")
		[[ " ${flavours[*]} " == *" $flavour "* ]] || flavours+=("$flavour")
	done < <(grep -v '^#' "$TOP/tests/boots${ARCH_TAG:+.$KML_ARCH}")
	for flavour in "${flavours[@]}"; do
		if enough_time "$flavour"; then
			"$TOP/tests/lib/disk.sh" "$flavour" "$work"/list.* >/dev/null
		else
			skipped+=" $flavour "
		fi
	done
	builds=n
	give_slot
	echo "# built"
	for name in "${names[@]}"; do
		IFS=: read -r name flavour board append <<<"$name"
		if [[ $skipped == *" $flavour "* ]]; then
			skipped "$name" "its kernel ($TAG$flavour) would take longer than what is left until KML_DEADLINE" >"$work/$name.ktap"
			continue
		fi
		job guest "$name" "$flavour" "$board" "$append"
	done
	wait
	for name in "${absent[@]}" "${names[@]}"; do
		cat "$work/${name%%:*}.ktap"
	done
}

slots
if [ $raw = y ]; then
	run_guests
	exit
fi

# slowest RESULTS: where the time went, for who wants less of it
slowest()
{
	echo "# slowest tests, seconds:"
	sed -n 's/^#t //p' "$1" | sort -k1,1nr | head -n 10 | awk '{ printf "#   %6.1f %s %s\n", $1 / 1000, $2, $3 }'
	echo "# tests in all, seconds of each guest:"
	awk '
		$1 == "#t" { if (!($3 in sum)) order[++n] = $3; sum[$3] += $2; count[$3]++ }
		END { for (i = 1; i <= n; i++) printf "#   %6.0f %s (%d)\n", sum[order[i]] / 1000, order[i], count[order[i]] }' "$1"
}

# A build that fails is a failed result, too. Kernels are built one after the other, in one slot; what is ready runs in the other.
run_all()
{
	local arch which pattern line parts=() part arguments=()

	echo "KTAP version 1"
	[ $all = n ] || arguments+=(--all)
	if [ "$host" = y ]; then
		exec {part}< <(run_host)
		parts+=("$part")
	fi
	for pattern in "${boots[@]}"; do
		arguments+=(--boot "$pattern")
	done
	for pattern in "${without[@]}"; do
		arguments+=(--without "$pattern")
	done
	for pattern in "${tests[@]}"; do
		arguments+=(--test "$pattern")
	done
	# the kernel that most tests need, of each architecture, comes before the others: those are what is left out where time is short
	for which in first others; do
		for arch in "${archs[@]}"; do
			exec {part}< <(KML_ARCH=$arch "$0" --raw $which "${arguments[@]}" ||
				verdict 1 "harness: the guests ($arch, $which) could not be run")
			parts+=("$part")
			# its first line, when all is built; what it says where it cannot be is for the reader
			IFS= read -r line <&"$part" || :
			[ "$line" = "# built" ] || echo "$line"
		done
	done
	for part in "${parts[@]}"; do
		cat <&"$part"
	done
}

start=$SECONDS
run_all | tee "$results" | number_results
slowest "$results"
echo "# $((SECONDS - start)) s, kernels that were built included"
grep -q '^#= ' "$results" ||
	echo "# nothing is called so: a test is DIRECTORY/NAME, as common/memory, with * and ?; boots are named in tests/boots*"
count_results "$results"
