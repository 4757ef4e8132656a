#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module's SYSCALL entry is for privileged programs alone: an ordinary one in it would own the machine. On every CPU ordinary
# programs look at MSR_LSTAR while privileged ones come, run, fork, exec and are killed there, CPUs go away and come back, and the
# module is loaded anew.
# run: root-sh
# timeout: 120
# depends: gs debug tick

# shellcheck source=tests/x86/lstar_lib.sh
. "$(dirname "$0")/lstar_lib.sh"

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

reload()
{
	/trusted/busybox true
	modprobe -r kml && modprobe kml
	/trusted/busybox true
}

ktap_start
begin_watching
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
