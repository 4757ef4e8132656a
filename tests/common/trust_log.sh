#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Users choose the names that end up in the log, in the trace and in audit records. A line break in one must not forge a line, an
# escape not reach the terminal of who reads it, and a long one not push out the rule that was broken.
# run: root-sh
# timeout: 180

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

trace=/sys/kernel/tracing
forged='kml: forged: privileged'
evil=$'x\n'$forged$'\e[31m'

# all COMMAND...: in $all, what of it is in the log
all()
{
	local mark=log-$RANDOM-$SECONDS

	echo "$mark" >/dev/kmsg
	"$@" >/dev/null 2>&1
	all=$(busybox dmesg | sed "1,/$mark/d")
	out=$all
}

# clean WHAT: the rule is there, the name's line break and escape are not
clean()
{
	[[ $all == *"$2"* ]]
	result $? "$1: the log has '$2'"
	! grep -q "^\[[^]]*\] *$forged" <<<"$all"
	result $? "$1: no forged line"
	[[ $all != *$'\e'* ]]
	result $? "$1: no escape"
	[ "$(wc -L <<<"$all")" -lt 600 ]
	result $? "$1: no line of 600 characters"
}

programs()
{
	ln -s $prog "$work/$evil"
	echo 1 >$trace/tracing_on
	echo >$trace/trace
	echo 1 >$trace/events/kml/kml_decision/enable
	all as_nobody unshare -Ur "$work/$evil"
	echo 0 >$trace/events/kml/kml_decision/enable
	clean "a program's name" "not privileged: the caller is in a user namespace"
	out=$(cat $trace/trace)
	[[ $out == *"verdict=not privileged why=the caller is in a user namespace"* && $out != *$'\n'"$forged"* && $out != *$'\e'* ]]
	result $? "the tracepoint's"
	echo >$trace/trace

	# of a user's, below /trusted: owner and names are what somebody has unpacked there
	install -d -o nobody "$dir/$evil"
	install -m 755 $prog "$dir/$evil/printcpl"
	all as_nobody "$dir/$evil/printcpl"
	clean "a directory's name" "is not owned by root"
}

long_names()
{
	local long name=$work

	long=$(printf 'n%.0s' {1..250})
	for _ in {1..10}; do
		name+=/$long
	done
	mkdir -p "$name"
	ln -s $prog "$name/x"
	all as_nobody unshare -Ur "$name/x"
	clean "a name of 2500 characters" "not privileged: the caller is in a user namespace"
}

libraries()
{
	# LD_LIBRARY_PATH ends a directory at a colon
	local libc forged=${forged//:/} evil=${evil//:/}

	libc=$(ldd /plain/common/printcpl_dynamic | grep -oE '/[^ ]*/libc\.so\.6')
	mkdir "$work/lib"
	install -d -o nobody "$work/lib/$evil"
	install -o nobody "$libc" "$work/lib/$evil/libc.so.6"
	all env LD_LIBRARY_PATH="$work/lib/$evil" /trusted/common/printcpl_dynamic
	clean "a library's directory" "libc.so.6 is not owned by root"
	cp /trusted/common/printcpl_dynamic "$dir/"$'a\nkml: b'
	all env LD_LIBRARY_PATH="$work/lib/$evil" "$dir/"$'a\nkml: b'
	clean "a process's name" "libc.so.6 is not owned by root"
	! grep -q '^\[[^]]*\] *kml: b' <<<"$all"
	result $? "a process's name: one line"
}

boundary_start
# what was left out for its rate is told first; the few lines of this test are not too many
sleep 6
programs
long_names
libraries
ktap_end
