#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The pages of privileged programs go to swap and come back under memory pressure; what comes back must still be supervisor pages.
# run: root-sh
# timeout: 120

count=0
failed=0
group=/sys/fs/cgroup/kml-swap
file=/var/tmp/kml-swap

# result STATUS WHAT
result()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count $2"
	else
		failed=$((failed + 1))
		echo "not ok $count $2"
		[ -z "$out" ] || printf '%s\n' "$out" | sed 's/^/# /'
	fi
}

# limited COMMAND...: in a group with too little memory
limited()
{
	bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

echo "KTAP version 1"
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
echo "1..$count"
[ $failed = 0 ]
