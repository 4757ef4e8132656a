#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a gated function holds when it meets a bad pointer is given back: memory, the module's reference, the memory map that stood in.
# run: root-sh
# timeout: 120

. "$(dirname "$0")/ktap.sh"

# in kB, when what can be given back is
free_memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 0.3
	awk '$1 == "MemFree:" { print $2 }' /proc/meminfo
}

references()
{
	cat /sys/module/kml/refcnt
}

ktap_start
out=$(/trusted/common/gate_leak 200 2>&1)
result $? "before: $out"
memory=$(free_memory)
references=$(references)
out=$(/trusted/common/gate_leak 10000 2>&1)
result $? "$out"
lost=$((memory - $(free_memory)))
# with pages of 4K a page for each call would be 40 MB, the kernel's own memory of them 5
[ $lost -lt $(($(getconf PAGE_SIZE) * 1000 / 1024)) ]
result $? "$lost kB are gone"
[ "$(references)" = "$references" ]
result $? "the module is in use as before: $references"
tries=0
until out=$(modprobe -r kml 2>&1) || [ $tries = 20 ]; do
	tries=$((tries + 1))
	sleep 0.2
done
! grep -q '^kml ' /proc/modules
result $? "modprobe -r"
out=$(modprobe kml 2>&1)
result $? "modprobe"
ktap_end
