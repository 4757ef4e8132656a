#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The core dump of a privileged program is a plain program's: user selectors, right registers, memory that gdb can read.
# run: root-sh

count=0
failed=0
pattern=$(cat /proc/sys/kernel/core_pattern)
dumpable=$(cat /proc/sys/fs/suid_dumpable)

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

echo "KTAP version 1"
echo /tmp/core.%e >/proc/sys/kernel/core_pattern
# a privileged program is dumped as a setuid one: only when asked for, and by an absolute path
echo 2 >/proc/sys/fs/suid_dumpable
ulimit -c unlimited
for dir in trusted plain; do
	rm -f /tmp/core.*
	"/$dir/x86/crash" 2>/dev/null
	status=$?
	out="status $status"
	[ $status = 139 ]
	result $? "$dir: killed by SIGSEGV"
	out=$(ls -l /tmp/core.crash 2>&1)
	[ "$(head -c 4 /tmp/core.crash 2>/dev/null)" = $'\177ELF' ]
	result $? "$dir: a core file"
	out=$(gdb -batch -nx -ex 'info registers' -ex 'x/s $r13' -ex 'bt' "/$dir/x86/crash" /tmp/core.crash 2>&1)
	registers=$(echo "$out" | awk '$2 ~ /^0x/ { print $1 "=" $2 }')
	for want in rbx=0x1111222233334444 r12=0x5555666677778888 rax=0x10 cs=0x33 ss=0x2b; do
		[[ $'\n'$registers$'\n' == *$'\n'$want$'\n'* ]]
		result $? "$dir: $want"
	done
	[[ $out == *'"the text in memory"'* ]]
	result $? "$dir: memory"
	[[ $out == *crash_here* && $out == *main* ]]
	result $? "$dir: backtrace"
done
rm -f /tmp/core.*
echo "$pattern" >/proc/sys/kernel/core_pattern
echo "$dumpable" >/proc/sys/fs/suid_dumpable
echo "1..$count"
[ $failed = 0 ]
