#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the owner of a machine looks into programs with sees all of a privileged one and changes nothing for it: uprobes before, at and
# behind the SYSCALL instruction and at a function's return, and the tracepoints of system calls.
# run: root-sh
# boots: single
# timeout: 120

. "$(dirname "$0")/../common/ktap.sh"

tracing=/sys/kernel/tracing
calls=500

mount | grep -q " $tracing " || mount -t tracefs tracefs $tracing
if [ ! -e $tracing/uprobe_events ]; then
	echo "1..0 # SKIP no uprobes here"
	exit 4
fi

cleanup()
{
	echo 0 >$tracing/events/uprobes/enable
	echo 0 >$tracing/events/raw_syscalls/enable
	echo 0 >$tracing/events/raw_syscalls/filter
	echo >$tracing/uprobe_events
	echo >$tracing/trace
} 2>/dev/null

# probe FILE NAME OFFSET p|r
probe()
{
	echo "$4:uprobes/$2 $1:$3" 2>/dev/null >>$tracing/uprobe_events && echo 1 2>/dev/null >$tracing/events/uprobes/"$2"/enable
}

# count NAME
count()
{
	grep -c " $1: " $tracing/trace
}

# probes WAY CPL NAME...: these at once. One behind a SYSCALL that has a probe itself is lost in QEMU, for all programs.
probes()
{
	local way=$1 cpl=$2 file=/$1/x86/probed name offset got wrong=''
	shift 2

	cleanup
	for name; do
		offset=$($file offsets | sed -n "s/^${name/return/push} //p")
		probe $file "$name" "$offset" "$([ "$name" = return ] && echo r || echo p)" || wrong="$wrong $name refused"
	done
	out=$($file $calls)
	[ "$out" = "cpl $cpl, 0 wrong" ]
	result $? "$way: each call's result is right, with the privilege: $out"
	for name; do
		got=$(count "$name")
		[ "$got" = $calls ] || wrong="$wrong $name $got"
	done
	[ -z "$wrong" ]
	result $? "$way: of $calls calls all were seen at $*${wrong:+, but$wrong}"
}

# tracepoints WAY: also for who runs already when they are switched on. The function and getppid() itself make a call each.
tracepoints()
{
	local way=$1 event seen wrong='' pid

	cleanup
	echo 'id == 110' >$tracing/events/raw_syscalls/filter
	echo 1 >$tracing/events/raw_syscalls/enable
	out=$(/$way/x86/probed $calls)
	for event in sys_enter sys_exit; do
		seen=$(grep -c " probed-.* $event: NR 110 " $tracing/trace)
		[ "$seen" = $((2 * calls)) ] || wrong="$wrong $event $seen"
	done
	[ -z "$wrong" ]
	result $? "$way: both ends of $((2 * calls)) system calls are traced${wrong:+, but$wrong}"
	cleanup
	/$way/x86/probed 100000000 >/dev/null &
	pid=$!
	# not what it does before it calls
	until [ "$(awk '{ print $14 }' /proc/$pid/stat)" -gt 10 ]; do
		sleep 0.1
	done
	echo 'id == 110' >$tracing/events/raw_syscalls/filter
	echo 1 >$tracing/events/raw_syscalls/enable
	seen=0
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.2
		seen=$(grep -c " probed-$pid .* sys_enter: NR 110 " $tracing/trace)
		[ "$seen" -le 100 ] || break
	done
	kill $pid
	wait $pid 2>/dev/null
	[ "$seen" -gt 100 ]
	result $? "$way: of one that runs already: $seen"
	cleanup
}

echo 8192 >$tracing/buffer_size_kb
ktap_start
for way in "plain 3" "trusted 0"; do
	# shellcheck disable=SC2086
	probes $way push move behind jump ret return
	# shellcheck disable=SC2086
	probes $way push syscall ret return
done
tracepoints plain
tracepoints trusted
ktap_end
