#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Programs as people run them (servers in C and Go, a database, interpreters, a Java VM) do their loads at kernel privilege without
# an error, and those that live on system calls faster than as ordinary programs; as KTAP, the last line is the count of all
# results.
#
#   tests/loads.sh [PATTERN]
#
# PATTERN is a shell pattern for the names of loads.
# Times are an emulator's, told as ratios of runs that alternate in one guest.

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/ktap.sh"

limit=3600
only=${1:-*}

# passed_on: the guest's own results, as this script's
passed_on()
{
	sed -nE 's/^    (ok|not ok) [0-9]+ /\1 - /p; s/^    # /# /p' "$LOGS/loads.verdict" | awk '
		{ print }
		/^ok / { print "#= 1 0 0" }
		/^not ok / { print "#= 0 1 0" }'
}

loads()
{
	local programs list=$KML_CACHE/guest/list.loads disk status=0

	programs=$("$TOP/tests/lib/programs.sh")
	mkdir -p "$programs/tests/loads"
	cp "$TOP"/tests/loads/* "$TOP/tests/common/ktap.sh" "$programs/tests/loads"
	echo "$only" >"$programs/tests/loads/only"
	echo "loads root-sh $((limit - 200)) root loads/guest.sh" >"$list"
	disk=$("$TOP/tests/lib/disk.sh" prod "$list")
	guest_root=$("$TOP/tests/lib/rootfs.sh" suites)
	boot_guest loads "$KML_CACHE/kernel/${TAG}prod/$IMAGE" "$disk" Skylake-Client pti=on $limit >&2 || status=1
	passed_on
	grep -q '^end loads [01] ' "$LOGS/loads.verdict" || status=1
	! grep -qE 'BUG:|WARNING: (CPU|at)|cut here|Oops' "$LOGS/loads.console" || status=1
	verdict $status "the loads came to their end, and the kernel's log is clean" "logs: $LOGS/loads.*"
}

[ "$KML_ARCH" = x86_64 ] || die "loads.sh is for x86_64"
lock_run
report_steps loads
