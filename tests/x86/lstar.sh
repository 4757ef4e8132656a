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

# but where they are on the kernel's stack
probed='' gates=0
while read -r name; do
	gates=$((gates + 1))
	! echo "p:kml_test $name" 2>/dev/null >/sys/kernel/tracing/kprobe_events || probed="$probed $name"
done < <(sed -nE 's/^[^ ]+ t (kml_(gate_(call|syscall|dispatch)|entry_(syscall|dispatch|slow)|handler_syscall)[a-z0-9_]*)\t\[kml\]$/\1/p' /proc/kallsyms | grep -v '_addr$\|_exit$')
[ $gates -ge 15 ] && [ -z "$probed" ]
result $? "no probe can be put into the $gates ways in of the module${probed:+, but into$probed}"
echo 'p:kml_test kml_lookup' >/sys/kernel/tracing/kprobe_events
grep -q kml_lookup /sys/kernel/tracing/kprobe_events
result $? "one can be put elsewhere in it"
echo >/sys/kernel/tracing/kprobe_events

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
