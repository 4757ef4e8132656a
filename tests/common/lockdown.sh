#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that is locked down has no privileged programs: no new ones from the moment on, and no module. There is no way back, so
# this is the last test of a boot.
# run: root-sh
# boots: prod
# order: last

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

if [ ! -e /sys/kernel/security/lockdown ]; then
	skip "lockdown" "this kernel has none"
	ktap_end
	exit
fi
boundary_start
logged $prog
runs_at 0 "before" $prog
/trusted/busybox sleep 100 &
pid=$!
sleep 0.5
out=$(echo integrity 2>&1 >/sys/kernel/security/lockdown)
result $? "lockdown"
ordinary "the kernel is locked down" "after" $prog
if command -v kml >/dev/null; then
	out=$(kml check $prog)
	[[ $? = 1 && $out == *"the kernel is locked down: boot without lockdown to use KML"* ]]
	result $? "kml check says so, too"
fi
kill -0 $pid
result $? "what ran goes on"
kill $pid
wait $pid 2>/dev/null
modprobe -r kml
out=$(modprobe kml 2>&1)
[ $? != 0 ] && dmesg | tail -n 5 | grep -qE 'kml: refused: the kernel is locked down|Lockdown: modprobe: unsigned module loading'
result $? "the module is refused, by the kernel or by itself, and the log says why"
ktap_end
