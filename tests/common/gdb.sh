#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# gdb and strace work on a privileged program as on any other. They use what the ptrace tests show, and unwinding through the vDSO.
# run: root-sh
# timeout: 120

# shellcheck source=tests/common/arch.sh
. "$(dirname "$0")/arch.sh"
. "$(dirname "$0")/ktap.sh"

prog=/trusted/common/debuggee
work=/tmp/gdb

details()
{
	tail -n 30 $work/out
}

# has REGEX WHAT: a line of the tool's output
has()
{
	grep -Eq "$1" $work/out
	result $? "$2"
}

test_gdb()
{
	gdb -nx -batch -ex 'set startup-with-shell off' -ex 'set debuginfod enabled off' "${arch_gdb[@]}" \
		-ex 'break innermost' -ex 'run' -ex 'bt' -ex "print $arch_mode" -ex 'watch *(int *)&global' -ex 'continue' \
		-ex 'stepi' -ex 'stepi' -ex "info registers $arch_pc" -ex 'delete' -ex 'finish' -ex "print \$$arch_result" -ex 'continue' \
		$prog >$work/out 2>&1 </dev/null
	has '^cpl 0$' "gdb: the program is privileged"
	has '^(Thread .* hit )?Breakpoint 1, .*innermost' "gdb: breakpoint"
	has '^#1 .*middle' "gdb: backtrace"
	has '^#2 .*main' "gdb: backtrace up to main"
	has "^\\\$1 = $arch_user_mode\$" "gdb: the mode is a user's"
	has '^New value = 7$' "gdb: watchpoint"
	has "^$arch_pc  *0x[0-9a-f]* " "gdb: stepi"
	has '^\$2 = 7$' "gdb: finish returns the value"
	has 'exited with code 07\]' "gdb: continue to the end"
}

test_gdb_attach()
{
	local pid

	/trusted/busybox sleep 30 &
	pid=$!
	sleep 0.5
	gdb -nx -batch -ex 'set debuginfod enabled off' -ex "info registers $arch_pc" -ex "x/i \$$arch_pc" -ex 'detach' \
		-p $pid >$work/out 2>&1 </dev/null
	has "^$arch_pc  *0x" "gdb: attach to a sleeping program"
	has '^\[Inferior 1 .*detached\]' "gdb: detach"
	kill $pid
	wait $pid 2>/dev/null
	[ $? = 143 ]
	result $? "gdb: it runs on afterwards"
}

test_strace()
{
	strace -f -o $work/out $prog >$work/stdout
	[ $? = 7 ]
	result $? "strace: the exit status is the program's"
	[ "$(cat $work/stdout)" = "cpl 0" ]
	result $? "strace: the program is privileged"
	has "execve\\(\"$prog\", .* = 0\$" "strace: execve"
	has 'write\(1, "cpl 0\\n", 6\) *= 6$' "strace: write with its argument"
	has 'exit_group\(7\)' "strace: exit_group"
	has '\+\+\+ exited with 7 \+\+\+' "strace: exit"
	strace -f -c -o $work/out /trusted/busybox sh -c '(true); (true); echo done' >$work/stdout
	has 'fork|clone' "strace -c -f: counts a shell's forks"
	strace -f -e inject=getppid:retval=77 -o $work/out /trusted/busybox sh -c 'echo $PPID' >$work/stdout
	[ "$(cat $work/stdout)" = 77 ]
	result $? "strace: can change a result"
}

mkdir -p $work
trap 'rm -rf $work' EXIT
ktap_start
for tool in gdb strace; do
	if ! command -v $tool >/dev/null; then
		skip $tool "no $tool here"
		continue
	fi
	test_$tool
	[ $tool != gdb ] || test_gdb_attach
done
ktap_end
