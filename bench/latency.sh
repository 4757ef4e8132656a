#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints how late a program hears of a timer by each way of waiting, in instructions, idle and under hackbench, and whether the aims
# are met: bench/latency.sh [FLAVOUR [PLOT.svg]]. Fails if not. The plot is of the idle machine, by gnuplot.
#
# -icount shift=0,sleep=off: 1 ns of guest time is one instruction, also while the guest is idle; of any of its CPUs, so there is one
# for hackbench. The motion example has another guest with two, of which the second is isolated and the first has nothing to do.

. "$(dirname "$0")/../tests/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"

[ "$KML_ARCH" = x86_64 ] || die "handlers and hackbench are x86_64's only, and so are the aims"
flavour=${1:-rt}
plot=${2-}
[ -z "$plot" ] || command -v gnuplot >/dev/null || die "no gnuplot for $plot: Debian's package gnuplot-nox"
case $KML_ARCH in
x86_64) board=Skylake-Client append="pti=on " ;;
arm) board=virt append='' ;;
*) die "not for $KML_ARCH" ;;
esac
lock_run

programs=$("$TOP/tests/lib/programs.sh")
mkdir -p "$programs/tests/bench"
cp "$TOP/bench/latency_guest.sh" "$programs/tests/bench"

# run NAME CPUS APPEND: the guest's lines
run()
{
	local list=$KML_CACHE/guest/list.latency-$1 disk

	echo "latency root-sh 1500 root bench/latency_guest.sh" >"$list"
	disk=$("$TOP/tests/lib/disk.sh" "$flavour" "$list")
	boot_guest "latency-$1" "$KML_CACHE/kernel/$TAG$flavour/$IMAGE" "$disk" "$board" "$append$3" 1800 \
		-smp "$2" -icount shift=0,sleep=off >&2
	grep -q '^end latency 0 ' "$LOGS/latency-$1.verdict" || die "the bench failed in the guest (log: $LOGS/latency-$1.verdict)"
	sed -nE "s/^    ((idle|hackbench) .*)/$1 \1/p" "$LOGS/latency-$1.verdict"
}

results=$(
	run one 1 ""
	run isolated 2 "isolcpus=1 nohz_full=1 rcu_nocbs=1 irqaffinity=0"
)
if [ -n "$plot" ]; then
	sed -n 's/^    plot //p' "$LOGS/latency-one.verdict" | gnuplot |
		sed '1a <!-- SPDX-License-Identifier: GPL-2.0-only -->' >"$plot"
fi
echo "Instructions from a timer's expiry to the program (TCG -icount shift=0,sleep=off, $KML_ARCH $flavour, $board, $append): minimum, mean, maximum"
awk '
	{
		row = $1 " " $2 " " $3 " " $4
		# of what is measured several times that with the least jitter
		if (row in min && max[row] - min[row] <= $7 - $5)
			next
		if (!(row in min))
			order[++n] = row
		min[row] = $5; mean[row] = $6; max[row] = $7
	}
	function aim(good, text) { if (!good) { bad++; text = text " MISSED" } return text }
	END {
		for (i = 1; i <= n; i++) {
			row = order[i]
			split(row, f, " ")
			base = f[1] " " f[2] " trap ordinary"
			note = ""
			if (f[3] == "handler")
				note = sprintf("mean %.2f, worst %.2f of the ordinary trap", mean[row] / mean[base], max[row] / max[base]) \
					aim(mean[row] <= 0.25 * mean[base] && max[row] <= 0.35 * max[base], "; aims: 0.25, 0.35")
			else if (f[3] == "poll" && f[4] == "privileged")
				note = aim(max[row] <= 50, "aim: at most 50")
			else if (f[3] == "gate" || row != base && f[3] == "trap")
				note = sprintf("mean %.3f of the ordinary trap", mean[row] / mean[base]) aim(mean[row] <= 1.03 * mean[base], "; aim: 1.03")
			else if (f[1] == "isolated" && f[3] == "motion" && f[4] == "privileged") {
				base = f[1] " " f[2] " motion ordinary"
				note = sprintf("jitter %d, of the ordinary %d", max[row] - min[row], max[base] - min[base]) \
					aim(max[row] - min[row] <= max[base] - min[base], "; aim: not more")
			}
			printf "  %-9s %-10s %-15s %-11s %8d %8d %8d  %s\n", f[1], f[2], f[3], f[4], min[row], mean[row], max[row], note
		}
		exit bad || !n
	}' <<<"$results"
