#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A gated function touches memory that is in swap. kill -9 cut the wait for it short, and the good pointer was an oops.
# run: root-sh
# timeout: 120

. "$(dirname "$0")/ktap.sh"

group=/sys/fs/cgroup/kml-gate-swap
file=/var/tmp/kml-gate-swap

ktap_start
dd if=/dev/zero of=$file bs=1M count=64 status=none
chmod 600 $file
out=$(mkswap $file 2>&1 && swapon $file 2>&1)
result $? "swap on a file"
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir $group
echo 8M >$group/memory.max
# shellcheck disable=SC2016
out=$(bash -c 'echo $$ >"$0/cgroup.procs" && exec /trusted/common/gate_swapped' $group 2>&1)
result $? "$out"
out=$(cat $group/memory.swap.peak)
[ "$out" -gt $((4 << 20)) ]
result $? "$out bytes were in swap"
out=$(rmdir $group 2>&1)
result $? "nobody is left in the group"
out=$(swapoff $file 2>&1)
result $? "nothing is left in swap"
rm -f $file
ktap_end
