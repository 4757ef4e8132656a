#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module's SYSCALL entry is for privileged programs alone: an ordinary one in it would own the machine. On every CPU ordinary
# programs look at MSR_LSTAR while privileged ones come, run, fork, exec and are killed there, CPUs go away and come back, and the
# module is loaded anew.
# run: root-sh
# timeout: 120
# depends: gs debug tick

. "$(dirname "$0")/../common/ktap.sh"

# watch SECONDS COMMAND...: one watcher on each CPU, while the command runs again and again
watch()
{
	local seconds=$1 what=$2 cpu pids=() reads wrong
	shift 2

	for cpu in 0 1; do
		/plain/x86/lstar_watch $cpu "$stock" "$seconds" >"/tmp/lstar.$cpu" &
		pids+=($!)
	done
	SECONDS=0
	while [ $SECONDS -lt "$seconds" ]; do
		"$@"
	done
	wait "${pids[@]}"
	for cpu in 0 1; do
		read -r reads wrong <"/tmp/lstar.$cpu"
		[ "${reads:-0}" -gt 100 ] && [ "$wrong" = 0 ]
		result $? "$what: CPU $cpu: $reads looks, $wrong times not the stock entry"
	done
	rm -f /tmp/lstar.*
}

storm()
{
	local cpu pids=()

	for cpu in 0 1; do
		taskset -c $cpu /trusted/x86/mixed 1 >/dev/null &
		pids+=($!)
		taskset -c $cpu /trusted/busybox sh -c 'for i in 1 2 3 4 5 6 7 8 9; do /bin/busybox true; /trusted/busybox true; done' &
		pids+=($!)
		taskset -c $cpu /trusted/busybox sh -c 'while :; do :; done' &
		disown $!
		sleep 0.2
		kill -9 $!
	done
	wait "${pids[@]}"
}

hotplug()
{
	taskset -c 1 /trusted/busybox sh -c 'i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); /trusted/busybox true; done' &
	sleep 0.3
	echo 0 >/sys/devices/system/cpu/cpu1/online
	sleep 0.2
	echo 1 >/sys/devices/system/cpu/cpu1/online
	sleep 0.3
	kill -9 $!
	wait $! 2>/dev/null
}

reload()
{
	/trusted/busybox true
	modprobe -r kml && modprobe kml
	/trusted/busybox true
}

ktap_start
stock=$(awk '$3 == "entry_SYSCALL_64" { print $1 }' /proc/kallsyms)
modprobe msr
[ -n "$stock" ] && [ -e /dev/cpu/0/msr ]
result $? "the stock entry is at $stock"
state=$(cat /sys/kernel/kml/syscalls)
watch 6 "storm ($state)" storm
if [ -w /sys/devices/system/cpu/cpu1/online ]; then
	watch 5 "hotplug" hotplug
else
	skip hotplug "no CPU that can be taken away"
fi
watch 5 "reload" reload

! echo 'p:kml_test kml_entry_syscall' 2>/dev/null >/sys/kernel/tracing/kprobe_events
result $? "no probe can be put into the module's entry"

modprobe -r kml
modprobe kml syscalls=stock
[ "$(cat /sys/kernel/kml/syscalls)" = "stock: syscalls=stock" ] && KML_BOOT='' KML_MODE=trusted /trusted/x86/syscall_entry >/tmp/lstar.log
result $? "syscalls=stock: $(grep -c '^ok' /tmp/lstar.log) results, $(grep -c '^not ok' /tmp/lstar.log) wrong"
modprobe -r kml
! modprobe kml syscalls=quick 2>/dev/null
result $? "syscalls=quick is refused"
dmesg | tail -n 3 | grep -q 'syscalls=quick: must be fast or stock'
result $? "and why is told"
modprobe kml
[ "$(cat /sys/kernel/kml/syscalls)" = "$state" ]
result $? "loaded again: $state"
grep -E '^(not ok|#)' /tmp/lstar.log | sed 's/^/# /'
rm -f /tmp/lstar.log
ktap_end
