# SPDX-License-Identifier: GPL-2.0-only
# Watches MSR_LSTAR from ordinary programs on every CPU while something goes on that could leave it wrong. Sourced.
# run: none
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/../common/ktap.sh"

# begin_watching: what all of it needs
begin_watching()
{
	stock=$(awk '$3 == "entry_SYSCALL_64" { print $1 }' /proc/kallsyms)
	modprobe msr
	[ -n "$stock" ] && [ -e /dev/cpu/0/msr ]
	result $? "the stock entry is at $stock"
}

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
