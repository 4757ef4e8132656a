#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints how late a program hears of a timer, in instructions, by a thread that sleeps and by a handler: bench/latency.sh [FLAVOUR]
#
# One CPU, -icount shift=0,sleep=off: 1 ns of guest time is one instruction, also while the guest is idle.

. "$(dirname "$0")/../tests/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"

flavour=${1:-prod}
lock_run

programs=$("$TOP/tests/lib/programs.sh")
mkdir -p "$programs/tests/bench"
cp "$TOP/bench/latency_guest.sh" "$programs/tests/bench"
compile=("${CROSS}gcc" -std=gnu11 -O2 -Wall -Wextra -Werror -static -fomit-frame-pointer -I"$programs/root/usr/include" -L"$programs/root/usr/lib")
"${compile[@]}" -o "$programs/tests/bench/latency" "$TOP/bench/latency.c"
"${compile[@]}" -DKML -o "$programs/tests/bench/latency-kml" "$TOP/bench/latency.c" -lkml

list=$KML_CACHE/guest/list.latency-$flavour
echo "latency root-sh 600 root bench/latency_guest.sh" >"$list"
disk=$("$TOP/tests/lib/disk.sh" "$flavour" "$list")
boot_guest "latency-$flavour" "$KML_CACHE/kernel/$TAG$flavour/$IMAGE" "$disk" EPYC pti=off 900 \
	-smp 1 -icount shift=0,sleep=off >&2
grep -qx 'end latency 0' <(sed -E 's/^(end latency [0-9]+) .*/\1/' "$LOGS/latency-$flavour.verdict") ||
	die "the bench failed in the guest (log: $LOGS/latency-$flavour.verdict)"
echo "Instructions from a timer's expiry to the program (TCG -icount, 1 CPU, $flavour): minimum, mean, maximum"
sed -nE 's/^    ((idle|busy)-.*)/\1/p' "$LOGS/latency-$flavour.verdict" | awk '
	{ printf "  %-14s %8d %8d %8d", $1, $2, $3, $4 }
	$1 ~ /-thread/ { mean = $3; max = $4; print ""; next }
	{ printf "   mean %.2f, worst %.2f of the thread'"'"'s\n", $3 / mean, $4 / max }'
