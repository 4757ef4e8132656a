# SPDX-License-Identifier: GPL-2.0-only
# Ordinary programs of nobody's attack on each CPU, while privileged ones run there and NMIs arrive. Then the IDT is the kernel's, and
# the kernel's memory is as it was.
# run: none
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/../common/ktap.sh"

work=/tmp/hostile
cpus=$(nproc)

# attack CPU ARGUMENT...: as nobody
attack()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs /plain/x86/hostile_attack "$@"
}

# where each CPU has its interrupts from, as ordinary programs see it
idts()
{
	local cpu

	for ((cpu = 0; cpu < cpus; cpu++)); do
		attack idt $cpu
	done
}

# all that the log has by now, but not that a slow machine was slow
splats()
{
	dmesg | grep -E '(WARNING|BUG|INFO): |Oops|PANIC|general protection' | grep -v 'INFO: NMI handler' | tail -n 20
}

# NMIs since boot, on all CPUs
nmis()
{
	awk '$1 == "NMI:" { for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }' /proc/interrupts
}

# Beside those that hostile_kernel sends: these reach all CPUs at once.
injects()
{
	while [ -e $work ] && [ -c "$KML_MONITOR" ]; do
		echo nmi >"$KML_MONITOR"
		sleep 0.1
	done
}

# hostile SECONDS MODE [SEED]
hostile()
{
	local seconds=$1 mode=$2 seed=$3 cpu pids=() mixed=() before level kernel status nmis

	mkdir -p $work
	before=$(idts)
	level=$(cut -f 1 /proc/sys/kernel/printk)
	# each NMI is two lines of the slow console
	echo 0 >/proc/sys/kernel/printk
	dmesg -C
	# it must not wait for those who only spin
	coproc nice -n -15 /trusted/x86/hostile_kernel $((seconds + 1))
	kernel=$!
	exec {told}<&"${COPROC[0]}"
	read -r -t 40 -u "$told" out
	nmis=$(nmis)
	injects &
	for ((cpu = 0; cpu < cpus; cpu++)); do
		attack "$mode" $cpu "$seconds" "${seed:+$((seed + cpu))}" >$work/attack.$cpu 2>&1 &
		pids+=($!)
		taskset -c $cpu nice -n 5 /trusted/x86/mixed "$seconds" >$work/mixed.$cpu 2>&1 &
		mixed+=($!)
	done
	for ((cpu = 0; cpu < cpus; cpu++)); do
		wait "${pids[cpu]}"
		status=$?
		# should it die itself, that is what the log is for
		out=$(dmesg | grep hostile_attack | tail -n 4)
		result $status "CPU $cpu: $(tail -n 1 $work/attack.$cpu)"
	done
	for ((cpu = 0; cpu < cpus; cpu++)); do
		wait "${mixed[cpu]}"
		result $? "CPU $cpu: a privileged program beside it: $(cat $work/mixed.$cpu)"
	done
	wait $kernel
	status=$?
	out=$(tail -n 1 <&"$told")
	result $status "kernel memory: $out"
	nmis=$(($(nmis) - nmis))
	[ $nmis -ge 20 ]
	result $? "$nmis NMIs arrived"
	out=$(idts)
	[ "$out" = "$before" ]
	result $? "the IDTs are as before:" $out
	out=$(splats)
	echo "$level" >/proc/sys/kernel/printk
	[ -z "$out" ]
	result $? "nothing in the log"
	rm -rf $work /dev/shm/kml-hostile
}
