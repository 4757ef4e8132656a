#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The core dump of a privileged program is a plain program's: user selectors, right registers, memory that gdb can read.
# run: root-sh

# shellcheck source=tests/common/arch.sh
. "$(dirname "$0")/arch.sh"
. "$(dirname "$0")/ktap.sh"

pattern=$(cat /proc/sys/kernel/core_pattern)
dumpable=$(cat /proc/sys/fs/suid_dumpable)

ktap_start
echo /tmp/core.%e >/proc/sys/kernel/core_pattern
# a privileged program is dumped as a setuid one: only when asked for, and by an absolute path
echo 2 >/proc/sys/fs/suid_dumpable
ulimit -c unlimited
for dir in trusted plain; do
	rm -f /tmp/core.*
	"/$dir/$arch_crash" 2>/dev/null
	status=$?
	out="status $status"
	[ $status = 139 ]
	result $? "$dir: killed by SIGSEGV"
	out=$(ls -l /tmp/core.crash 2>&1)
	[ "$(head -c 4 /tmp/core.crash 2>/dev/null)" = $'\177ELF' ]
	result $? "$dir: a core file"
	out=$(gdb -batch -nx -ex 'info registers' -ex "x/s \$$arch_crash_text" -ex 'bt' "/$dir/$arch_crash" /tmp/core.crash 2>&1)
	registers=$(echo "$out" | awk '$2 ~ /^0x/ { print $1 "=" $2 }')
	for want in "${arch_crash_registers[@]}"; do
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
ktap_end
