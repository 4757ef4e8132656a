#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Handlers run 10,000 times a second on both CPUs while programs start, fork, exec and are killed, memory is short, NMIs hit, a CPU
# goes away, and somebody tries to unload the module: each handler finds its memory as it left it, at the right times, and none
# outlives its process.
# run: root-sh
# depends: debug tick rt
# timeout: 180

. "$(dirname "$0")/ktap.sh"

armed=/trusted/common/handler_armed
other_cpu=/sys/devices/system/cpu/cpu1/online
period=100000
# lock debugging makes a handler as long as this period
[[ $KML_BOOT != debug-* ]] || period=2000000

# start CPU WHAT [SECONDS]: one of them, in the background; its pid is in $pid
start()
{
	local i

	$armed "$1" $period "$2" ${3:+"$3"} >/tmp/armed.$1.$2 2>&1 &
	pid=$!
	for ((i = 0; i < 200; i++)); do
		! grep -q armed /tmp/armed.$1.$2 || return 0
		kill -0 $pid 2>/dev/null || break
		sleep 0.05
	done
	return 1
}

# The module is in use, by somebody or nobody.
users()
{
	awk '$1 == "kml" { print $3 }' /proc/modules
}

# storm NAME COMMAND...: the command again and again while handlers run
storm()
{
	local what=$1 pids=() cpu pid n=0
	shift

	for cpu in 0 1; do
		start $cpu fork 4 || echo "# $what: processor $cpu: not armed"
		pids+=("$pid")
	done
	SECONDS=0
	while [ $SECONDS -lt 3 ]; do
		"$@" >/dev/null 2>&1
		n=$((n + 1))
	done
	for cpu in 0 1; do
		wait "${pids[cpu]}"
		result $? "$what ($n times): $(tail -n 1 /tmp/armed.$cpu.fork)"
	done
}

programs()
{
	/bin/busybox true
	/trusted/busybox true
	(/trusted/busybox sh -c '/trusted/busybox true & wait')
}

# Processes with handlers of their own end in each way.
ends()
{
	start 0 hold && kill -9 $pid
	wait $pid
	start 1 exec
	wait $pid
	start 0 exit
	wait $pid
	start 1 fault
	wait $pid
}

memory()
{
	timeout 20 python3 -c 'x = [bytes(1 << 20) for i in range(300)]; y = bytearray(1 << 28)'
	echo 1 >/proc/sys/vm/compact_memory
	echo 3 >/proc/sys/vm/drop_caches
}

nmi()
{
	echo nmi >"$KML_MONITOR"
	sleep 0.1
}

hotplug()
{
	echo 0 >$other_cpu
	sleep 0.2
	echo 1 >$other_cpu
	sleep 0.2
}

# Of use only until they have had their time, which a busy host may give this command as well.
unload()
{
	local cpu

	rmmod kml || return
	for cpu in 0 1; do
		# shellcheck disable=SC2154
		[ "$(awk '{ print $3 }' "/proc/${pids[cpu]}/stat" 2>/dev/null || echo Z)" = Z ] || grep -q stops /tmp/armed.$cpu.fork ||
			touch /tmp/unloaded
	done
	modprobe kml
}

ktap_start
level=$(cut -f 1 /proc/sys/kernel/printk)
dmesg -n 4
storm "programs" programs
storm "ends" ends
storm "memory" memory
[ ! -c "$KML_MONITOR" ] || [ "$(uname -m)" != x86_64 ] || storm "NMIs" nmi
[ ! -e $other_cpu ] || storm "hotplug" hotplug
rm -f /tmp/unloaded
storm "unload" unload
[ ! -e /tmp/unloaded ]
result $? "the module cannot be unloaded meanwhile"

for what in hold exec exit fault; do
	start 1 $what
	[ $what != hold ] || kill -9 $pid
	wait $pid 2>/dev/null
	status=$?
	case $what in
	hold) [ $status = 137 ] ;;
	fault) [ $status = 132 ] ;;
	*) [ $status = 0 ] ;;
	esac
	result $? "$what: the process ends as it should ($status)"
done
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ "$(users)" != 0 ] || break
	sleep 0.2
done
[ "$(users)" = 0 ]
result $? "no handler holds the module ($(users))"
rmmod kml && modprobe kml
result $? "which can be unloaded, and loaded again"
echo "$level" >/proc/sys/kernel/printk
rm -f /tmp/armed.*
ktap_end
