#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Without the module nothing is privileged, and it cannot go while a privileged process would run on its pages.
# run: root-sh
# depends: debug rt

# shellcheck source=tests/common/arch.sh
. "$(dirname "$0")/arch.sh"
. "$(dirname "$0")/ktap.sh"

# runs_at CPL WHAT
runs_at()
{
	out=$(/trusted/common/printcpl 2>&1)
	[ "$out" = "cpl $1" ]
	result $? "$2: cpl $1"
}

ktap_start
runs_at 0 "module loaded"

/trusted/busybox sleep 60 &
pid=$!
sleep 0.5
out=$(modprobe -r kml 2>&1)
status=$?
[ $status != 0 ] && [[ $out == *"in use"* ]]
result $? "modprobe -r while a privileged process lives: in use"
grep -q '^kml ' /proc/modules
result $? "the module is still there"
runs_at 0 "after the refusal"
kill $pid
wait $pid 2>/dev/null

tries=0
until out=$(modprobe -r kml 2>&1) || [ $tries = 20 ]; do
	tries=$((tries + 1))
	sleep 0.2
done
! grep -q '^kml ' /proc/modules
result $? "modprobe -r after its end"
runs_at 3 "module absent"
out=$(KML_MODE=plain "/trusted/$arch_peek" 2>&1)
result $? "module absent: kernel memory is SIGSEGV"

for i in 1 2 3; do
	out=$(modprobe kml 2>&1)
	result $? "load $i"
	runs_at 0 "load $i"
	[ "$i" = 3 ] && break
	sleep 0.2
	out=$(modprobe -r kml 2>&1)
	result $? "unload $i"
	runs_at 3 "unload $i"
done
ktap_end
