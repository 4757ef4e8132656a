#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints what the ways into the kernel cost, in instructions, and what ordinary programs pay for the patch.
#
# Guests run under QEMU's TCG with "-icount shift=0" and one CPU: each instruction takes 1 ns of guest time, so the counter
# that programs can read counts instructions (on ARM 16 at a time). These counts say nothing about cycles.

. "$(dirname "$0")/../tests/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"

case $KML_ARCH in
x86_64) board=${1:-Skylake-Client} append=${2-pti=on} ;;
arm) board=${1:-virt} append=${2-} ;;
arm64) board=${1:-a72} append=${2-} ;;
esac
lock_run

programs=$("$TOP/tests/lib/programs.sh")
mkdir -p "$programs/tests/bench"
cp "$TOP/bench/guest.sh" "$TOP/bench/scale.sh" "$programs/tests/bench"
compile=("${CROSS}gcc" -std=gnu11 -O2 -Wall -Wextra -Werror -static -fomit-frame-pointer -I"$programs/root/usr/include" -I"$TOP/userlib/measure" -L"$programs/root/usr/lib")
"${compile[@]}" -o "$programs/tests/bench/cost" "$TOP/bench/cost.c"
"${compile[@]}" -DKML -o "$programs/tests/bench/cost-kml" "$TOP/bench/cost.c" -lkml
"${compile[@]}" -o "$programs/tests/bench/scale" "$TOP/bench/scale.c" -lkml

# run FLAVOUR [APPEND CPUS]: its guest's lines, without what the init adds
run()
{
	local list=$KML_CACHE/guest/list.bench-$1 disk

	echo "bench root-sh 600 root bench/guest.sh" >"$list"
	disk=$("$TOP/tests/lib/disk.sh" "$1" "$list")
	boot_guest "bench-$1" "$KML_CACHE/kernel/$TAG$1/$IMAGE" "$disk" "$board" "$append${2:+ $2}" 900 \
		-smp "${3:-1}" -icount shift=0 >&2
	grep -q '^end bench 0 ' "$LOGS/bench-$1.verdict" || die "the bench failed in the guest (log: $LOGS/bench-$1.verdict)"
	sed -nE 's/^    (stock|patched|loaded|trusted|scale|housekeeping|nohz) /\1 /p' "$LOGS/bench-$1.verdict"
}

results=$(
	run stock
	run prod
	# there are no CPUs of both kinds on ARM's boards in these configurations
	[ "$KML_ARCH" != x86_64 ] || run prod "nohz_full=1 rcu_nocbs=1" 2
)
echo "Instructions per operation (TCG -icount shift=0, 1 CPU, $board${append:+, $append})"
awk -v arch="$KML_ARCH" '
	$1 == "scale" { scale[++scales] = $0; next }
	{ n[$1, $2] = $3; if (!($2 in seen)) { seen[$2] = 1; order[++count] = $2 } }
	function row(name, value, note) {
		printf "  %-42s %10.2f  %s\n", name, value, note
	}
	# aim(X86_64, ARM64, BEFORE, BEHIND): ARM has none
	function aim(x86_64, arm64, before, behind) {
		return arch == "arm" ? "" : before "aim: at most " (arch == "arm64" ? arm64 : x86_64) behind
	}
	END {
		gate = n["trusted", "call_gate"] - n["trusted", "call_direct"]
		sys = n["trusted", "getppid_gate"]; trap = n["loaded", "getppid_trap"]
		print "\nWays into the kernel"
		row("leaf call over the function", n["trusted", "leaf"] - n["trusted", "leaf_direct"], aim(4, 4))
		row("call gate over the function", gate, aim(60, 45))
		row("getppid, system call gate", sys, sprintf("%.1f %% of the trap", 100 * sys / trap) aim(45, 35, ", ", " %"))
		printf "\nSystem calls: %-14s %12s %18s %12s\n", "", "ordinary", "from /trusted", "by gate"
		for (i = split("getppid getuid lseek read write", calls, " "); i > 0; i--)
			lines = sprintf("  %-26s %12.2f %18.2f %12.2f\n", calls[i], n["loaded", calls[i] "_trap"],
				n["trusted", calls[i] "_trap"], n["trusted", calls[i] "_gate"]) lines
		printf "%s", lines
		if (arch == "x86_64")
			print "  (aims for /trusted: getppid at most 170, read at most 350; the programs are the same)"
		if (("nohz", "call_gate") in n) {
			printf "\nWith nohz_full=1: %-11s %12s %18s\n", "", "CPU 0", "CPU 1 (nohz_full)"
			for (i = split("call_gate getppid_gate getppid_trap", calls, " "); i > 0; i--)
				printf "  %-26s %12.2f %18.2f\n", calls[i], n["housekeeping", calls[i]], n["nohz", calls[i]]
			print "  (aims: call gate at most 45 over the function on CPU 0 and 110 on CPU 1, getppid by gate 165 and 240)"
		}
		print "\nOrdinary programs: stock kernel, patched, module loaded" aim("2 more", "1 more", " (", ")")
		for (i = 1; i <= count; i++) {
			name = order[i]
			if (("stock", name) in n)
				printf "  %-24s %12.2f %12.2f (%+.2f) %12.2f (%+.2f)\n", name, n["stock", name],
					n["patched", name], n["patched", name] - n["stock", name],
					n["loaded", name], n["loaded", name] - n["stock", name]
		}
		print "  (fork and vfork vary by some 3 % from boot to boot of one kernel, with the addresses that randomisation gives)"
		printf "\nExports added by /etc/kml/exports.d\n  %8s %16s %12s %16s %18s\n", "exports", "load", "image, KiB", "find one", "start a program"
		for (i = 1; i <= scales; i++) {
			split(scale[i], f, " ")
			printf "  %8d %16d %12d %16d %18d\n", f[2], f[3] * 1000, f[4], f[5], f[6]
		}
	}' <<<"$results"
