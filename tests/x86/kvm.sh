#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Virtual machines beside privileged programs, and run by one: KVM keeps MSRs of the host that a context switch between the two kinds
# of programs changes, among them the entry of SYSCALL. It is loaded while a privileged program is current, a CPU goes away and comes
# back under load, and ordinary programs look at the entry of each CPU all the time. QEMU has AMD's kind only.
#
# A machine without an APIC has KVM patch its own code while the other CPU may run it, and QEMU 7 run what is no longer there.
# run: root-sh
# timeout: 300
# boots: single

# shellcheck source=tests/x86/lstar_lib.sh
. "$(dirname "$0")/lstar_lib.sh"

if ! grep -qw svm /proc/cpuinfo; then
	echo "1..0 # SKIP this CPU model has no SVM"
	exit 4
fi

# machines SECONDS: one of each kind on each CPU
machines()
{
	local cpu way pids=() pid

	for cpu in 0 1; do
		for way in plain trusted; do
			taskset -c $cpu /$way/x86/kvm_guest "$1" >"/tmp/kvm.$cpu.$way" 2>&1 &
			pids+=($!)
		done
		taskset -c $cpu /trusted/x86/mixed "$1" >"/tmp/kvm.$cpu.mixed" &
		pids+=($!)
	done
	bad=0
	for pid in "${pids[@]}"; do
		wait "$pid" || bad=$((bad + 1))
	done
	return $bad
}

# all_right WHAT
all_right()
{
	# shellcheck disable=SC2034
	out=$(head /tmp/kvm.*)
	[ $bad = 0 ] && [ "$(grep -c '^cpl 0, .* right' /tmp/kvm.*.trusted /tmp/kvm.*.mixed | grep -c ':1$')" = 4 ] &&
		[ "$(grep -c '^cpl 3, .* right' /tmp/kvm.*.plain | grep -c ':1$')" = 2 ]
	result $? "$1: $(cat /tmp/kvm.*.trusted /tmp/kvm.*.plain | tr '\n' ';')"
	rm -f /tmp/kvm.*
}

load()
{
	/trusted/busybox modprobe kvm_amd && modprobe -r kvm_amd kvm
}

ktap_start
begin_watching
/trusted/x86/mixed 12 >/tmp/kvm.beside &
watch 5 "KVM comes and goes" load
modprobe kvm_amd
[ -c /dev/kvm ]
result $? "there is KVM"
wait
grep -q '^cpl 0, .* right' /tmp/kvm.beside
result $? "a privileged program beside it: $(cat /tmp/kvm.beside)"
rm -f /tmp/kvm.beside
watch 6 "machines" machines 5
all_right "machines"
if [ -w /sys/devices/system/cpu/cpu1/online ]; then
	machines 8 &
	under=$!
	sleep 1
	watch 5 "hotplug under machines" hotplug
	wait $under
	bad=$?
	all_right "machines under hotplug"
fi
modprobe -r kvm_amd kvm
result $? "KVM is gone"
ktap_end
