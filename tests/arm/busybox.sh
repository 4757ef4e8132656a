#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Regression: the original's port to 4.14 oopsed at ret_fast_syscall when busybox from /trusted returned from a system call, as the
# saved PSR said SYSTEM mode where the kernel allows USER mode only. System calls, signals and exits of every kind, many times.
# run: root-sh
# timeout: 120
# depends: cpu pages debug

count=0
failed=0
busybox=/trusted/busybox

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

# same WANT WHAT SCRIPT: what busybox's shell prints
same()
{
	out=$($busybox sh -c "$3" 2>/dev/null)
	[ "$out" = "$1" ]
	result $? "$2"
}

echo "KTAP version 1"
out=$(/trusted/common/printcpl)
[ "$out" = "cpl 0" ]
result $? "programs from here are privileged"
same 5000 "system calls that return at once" \
	'i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); umask >/dev/null; done; echo $i'
same 100 "children that exit" 'i=0; while [ $i -lt 100 ]; do (exit 0) && i=$((i + 1)); done; echo $i'
same 7 "an exit status" '(exit 7); echo $?'
same "caught caught 0" "signals of itself" \
	'trap "printf \"caught \"" USR1; kill -USR1 $$; kill -USR1 $$; echo $?'
same 143 "a child that is killed" '/trusted/busybox sleep 20 & kill $!; wait $!; echo $?'
same 139 "a child that dies of SIGSEGV" 'sh -c "kill -SEGV \$\$"; echo $?'
same "12 letters" "pipes" 'echo a pipe of words | tr -d " \n" | wc -c | sed "s/\$/ letters/"'
same 1000 "a loop in awk with a pipe" \
	'/trusted/busybox seq 1000 | /trusted/busybox awk "{ n++ } END { print n }"'
for i in 1 2 3 4; do
	$busybox sh -c 'i=0; while [ $i -lt 40 ]; do /trusted/busybox true; i=$((i + 1)); done; exit 9' &
	pids[i]=$!
done
good=0
for i in 1 2 3 4; do
	wait "${pids[i]}"
	[ $? = 9 ] && good=$((good + 1))
done
out="$good of 4"
[ $good = 4 ]
result $? "four at once"
echo "1..$count"
[ $failed = 0 ]
