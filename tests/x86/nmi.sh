#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# NMIs hit a privileged program in every state. One that hits an entry stub while the frame is on the IST stack must not overwrite
# it: then the program would go on with wrong registers, or the CPU would double fault.
# run: root-sh
# timeout: 120
# depends: cpu pages gs debug tick rt

. "$(dirname "$0")/../common/ktap.sh"

# NMIs since boot, on all CPUs
nmis()
{
	awk '$1 == "NMI:" { for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }' /proc/interrupts
}

# storm COMMAND...: the command again and again while workloads run on all CPUs
storm()
{
	local what=$1 pids=() pid i before
	shift

	before=$(nmis)
	for i in 1 2; do
		nice -n 10 /trusted/x86/mixed 4 >/tmp/mixed.$i &
		pids+=($!)
	done
	SECONDS=0
	while [ $SECONDS -lt 3 ]; do
		"$@"
	done
	i=0
	for pid in "${pids[@]}"; do
		i=$((i + 1))
		wait "$pid"
		result $? "$what: workload $i: $(cat /tmp/mixed.$i)"
		grep -q '^cpl 0,' /tmp/mixed.$i
		result $? "$what: workload $i is privileged"
	done
	i=$(($(nmis) - before))
	[ $i -ge 5 ]
	result $? "$what: $i NMIs arrived"
	rm -f /tmp/mixed.*
}

# All other CPUs print a backtrace, for which they are sent an NMI.
backtraces()
{
	echo l >/proc/sysrq-trigger
}

monitor()
{
	echo nmi >"$KML_MONITOR"
}

ktap_start
level=$(cut -f 1 /proc/sys/kernel/printk)
# the storm must not wait for the workloads
renice -n -10 $$ >/dev/null
# The backtraces would fill the slow console. They are warnings, as are splats, which therefore are looked for here.
dmesg -n 4
dmesg -W >/tmp/nmi.log &
follow=$!
storm "sysrq l" backtraces
if [ -c "$KML_MONITOR" ]; then
	storm "monitor" monitor
else
	skip monitor "no monitor here"
fi
sleep 1
dmesg -n "$level"
kill $follow
! grep -E '(WARNING|BUG): |Oops|PANIC' /tmp/nmi.log
result $? "no splat"
rm -f /tmp/nmi.log
ktap_end
