#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The pages of privileged programs go to swap and come back under memory pressure; what comes back must still be supervisor pages.
# run: root-sh
# timeout: 120
# depends: pages debug

. "$(dirname "$0")/ktap.sh"

group=/sys/fs/cgroup/kml-swap
file=/var/tmp/kml-swap

# limited COMMAND...: in a group with too little memory
limited()
{
	bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

ktap_start
dd if=/dev/zero of=$file bs=1M count=96 status=none
chmod 600 $file
out=$(mkswap $file 2>&1 && swapon $file 2>&1)
result $? "swap on a file"
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
for dir in trusted plain; do
	mkdir $group
	echo 8M >$group/memory.max
	out=$(limited "/$dir/common/swapper" 2>&1)
	result $? "$dir: $out"
	[[ $dir != trusted || $out == "cpl 0,"* ]]
	result $? "$dir: at its privilege"
	out=$(cat $group/memory.swap.peak)
	[ "$out" -gt $((4 << 20)) ]
	result $? "$dir: $out bytes were in swap"
	rmdir $group
done
swapoff $file
rm -f $file
ktap_end
