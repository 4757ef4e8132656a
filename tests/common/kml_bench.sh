#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kml bench: figures for both kinds of programs, with the ways that only privileged ones have; nothing is left in /trusted.
# Figures are wall time of an emulator: compared with others of the same run only.
# run: root-sh
# timeout: 200

# shellcheck source=tests/common/arch.sh
. "$(dirname "$0")/arch.sh"
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/common/tool.sh
. "$(dirname "$0")/tool.sh"

work=/tmp/kml-bench

# is WHAT EXPRESSION: true of the JSON in $json; row(NAME, COLUMN) is a figure in ns, None if there is none
is()
{
	out=$(python3 -c "import json, sys
j = json.loads(sys.argv[1])
rows = {r['name']: r for r in j['rows']}
row = lambda name, column: rows[name][column] and rows[name][column]['ns']
calls = ('getppid', 'getuid', 'lseek', 'read', 'write')
if not ($2): sys.exit(sys.argv[1])" "$json" 2>&1)
	result $? "$1"
}

# ends STATUS WHAT COMMAND...: and standard output is in $json, the other in $said
ends()
{
	local want=$1 what=$2 status
	shift 2

	json=$("$@" 2>$work/said)
	status=$?
	said=$(cat $work/said)
	out="status $status
$said
$json"
	[ $status = "$want" ]
	result $? "$what"
}

# says WHAT PATTERN: on standard error
says()
{
	out=$said
	# shellcheck disable=SC2053
	[[ $said == *$2* ]]
	result $? "$1"
}

clean()
{
	out=$(find /trusted -maxdepth 1 -name '*kml-measure*')
	[ -z "$out" ]
	result $? "$1: nothing is left in /trusted"
}

if ! command -v kml >/dev/null; then
	skip "kml" "the command is not built for this machine: no libkmod and libelf for it"
	ktap_end
	exit
fi
mkdir -p $work
ktap_start

ends 0 "all of it" kml bench --json
is "it was privileged" "j['privileged']"
is "each system call, three ways" "all(row(c, w) > 0 for c in calls for w in ('ordinary', 'trusted', 'by_name'))"
is "what only privileged programs have" "row('function', 'by_name') > 0 and row('clock', 'by_name') > 0 and rows['function']['ordinary'] is None"
is "a read is more than getppid" "all(row('read', w) > row('getppid', w) for w in ('ordinary', 'trusted', 'by_name'))"
is "a call by name is no trap" "row('function', 'by_name') < row('getppid', 'ordinary') > row('getppid', 'by_name')"
if [ "$KML_ARCH" = x86_64 ]; then
	is "cycles are counted" "all(rows[c]['ordinary']['cycles'] > 0 for c in calls)"
	if [ "$(cat /sys/kernel/kml/syscalls)" = fast ]; then
		is "unmodified system calls are faster from /trusted" "all(row(c, 'trusted') < row(c, 'ordinary') for c in calls)"
	else
		skip "unmodified system calls are faster from /trusted" "$(cat /sys/kernel/kml/syscalls)"
	fi
fi
clean "afterwards"
ends 0 "for people" kml bench
out=$json
[[ $json == *"ordinary program"*"from /trusted"*"getppid()"*"a kernel function"* ]] && [ "$(wc -l <<<"$json")" -le 24 ]
result $? "one screen"

ends 1 "an ordinary user gets half of it" as_nobody kml bench --json
is "ordinary figures" "not j['privileged'] and row('getppid', 'ordinary') > 0 and rows['getppid']['trusted'] is None"
says "and is told what to do" "let root 'kml trust /usr/libexec/kml/measure kml-measure'"
kml trust /usr/libexec/kml/measure kml-measure >/dev/null
ends 0 "an ordinary user with that program there" as_nobody kml bench --json
is "privileged figures" "j['privileged'] and row('getppid', 'by_name') > 0"
rm /trusted/kml-measure

timeout --foreground -s INT 0.3 kml bench >/dev/null 2>&1
clean "interrupted"
modprobe -r kml
ends 1 "without the module" kml bench --json
is "ordinary figures only" "not j['privileged'] and row('getppid', 'ordinary') > 0 and rows['function']['by_name'] is None"
says "and why" "ran as an ordinary program"
clean "without the module"
modprobe kml
ends 2 "no arguments" kml bench 100
rm -r $work
ktap_end
