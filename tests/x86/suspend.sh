#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Suspend to RAM while privileged programs run on every CPU, started by an ordinary program and by a privileged one: the kernel
# saves and restores, or makes anew, what the core switches per task. Behind it MSR_LSTAR of ordinary programs is the stock entry,
# and both kinds of programs run as before.
# run: root-sh
# depends: cpu gs
# timeout: 180

# shellcheck source=tests/x86/lstar_lib.sh
. "$(dirname "$0")/lstar_lib.sh"

alarm=/sys/class/rtc/rtc0/wakealarm

# once BUSYBOX: whose shell writes to /sys/power/state; it comes back from that write. Nothing would wake a machine that took
# longer to fall asleep than until the alarm; with its wake-ups counted it does not fall asleep then.
once()
{
	local try

	for try in 1 2 3; do
		echo 0 >$alarm
		echo +8 >$alarm
		"$1" sh -c 'read n </sys/power/wakeup_count && echo $n >/sys/power/wakeup_count && echo mem >/sys/power/state'
		out="status $?, try $try"
		[[ $out != "status 0,"* ]] || break
	done
}

# suspended WHO BUSYBOX
suspended()
{
	local before after pids=() cpu busy=0

	before=$(cat /sys/power/suspend_stats/success)
	for cpu in 0 1; do
		taskset -c $cpu /trusted/busybox sh -c 'while :; do :; done' &
		pids+=($!)
	done
	once "$2"
	after=$(cat /sys/power/suspend_stats/success)
	[[ $out == "status 0,"* ]] && [ "$after" = $((before + 1)) ]
	result $? "$1 suspends the machine, and goes on"
	for cpu in "${pids[@]}"; do
		before=$(cut -d ' ' -f 14 "/proc/$cpu/stat")
		sleep 0.5
		after=$(cut -d ' ' -f 14 "/proc/$cpu/stat")
		[ "$after" -le "$before" ] || busy=$((busy + 1))
	done
	{ kill -9 "${pids[@]}" && wait; } 2>/dev/null
	[ $busy = 2 ]
	result $? "$1: $busy of the 2 privileged programs that ran go on"
	watch 2 "$1" /trusted/busybox true
	KML_BOOT='' KML_MODE=trusted /trusted/x86/syscall_entry >/tmp/suspend.log
	result $? "$1: SYSCALL of privileged programs: $(grep -c '^ok' /tmp/suspend.log) results, $(grep -c '^not ok' /tmp/suspend.log) wrong"
}

if ! grep -q deep /sys/power/mem_sleep 2>/dev/null || [ ! -w $alarm ]; then
	skip "suspend" "this machine has no suspend to RAM, or no alarm that wakes it"
	ktap_end
	exit
fi
ktap_start
begin_watching
suspended "an ordinary program" /bin/busybox
suspended "a privileged program" /trusted/busybox
grep -E '^(not ok|#)' /tmp/suspend.log | sed 's/^/# /'
rm -f /tmp/suspend.log
ktap_end
