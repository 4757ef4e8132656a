#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module's parameters (group, directory), and who is told of decisions: tracepoint and audit. A parameter that is silently
# wrong would open the machine, so bad ones must keep the module out.
# run: root-sh
# timeout: 120
# depends: debug

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

trace=/sys/kernel/tracing

# reload [PARAMETER...]
reload()
{
	modprobe -r kml && modprobe kml "$@"
}

# as_member OPTION...: the user, with what setpriv is asked for
as_member()
{
	setpriv --reuid nobody "$@" $prog
}

# bad PARAMETER REASON: the module does not load, and the log says why
bad()
{
	logged reload "$1"
	[[ $out != *", status 0" && $log == *"kml: $2"* ]]
	result $? "$1: the module is refused, the log says '$2'"
	out=$(modprobe kml 2>&1)
}

group()
{
	out=$(reload gid=12345 2>&1)
	result $? "module with gid=12345"
	ordinary "the caller is not in the group that the module's parameter gid names" "not in the group" as_nobody $prog
	runs_at 0 "its first group" as_member --regid 12345 --clear-groups
	runs_at 0 "a supplementary group" as_member --regid nogroup --groups 12345
	runs_at 0 "root" $prog
	runs_at 3 "root without capabilities" setpriv --bounding-set=-all --inh-caps=-all $prog
	out=$(cat /sys/module/kml/parameters/gid; echo -1 2>&1 >/sys/module/kml/parameters/gid)
	[[ $out == 12345*"Permission denied"* ]] || [ "$(cat /sys/module/kml/parameters/gid)" = 12345 ]
	result $? "the parameter cannot be changed"
	out=$(reload 2>&1)
	runs_at 0 "everybody again" as_nobody $prog
}

directory()
{
	install -d $dir/other
	install -m 755 $prog $dir/other/printcpl
	ln -s other $dir/link
	user_copy $work/kml
	install -m 755 $prog $work/kml/printcpl

	out=$(reload trusted=$dir/other 2>&1)
	result $? "module with another directory"
	runs_at 0 "program in it" as_nobody $dir/other/printcpl
	runs_at 3 "program in /trusted" as_nobody $prog
	rm -r $dir/other
	install -D -m 755 /plain/common/printcpl $dir/other/printcpl
	runs_at 0 "the directory made anew" as_nobody $dir/other/printcpl
	out=$(reload trusted=$dir/link 2>&1)
	runs_at 3 "symbolic link as the directory" as_nobody $dir/other/printcpl
	out=$(reload trusted=$work/kml 2>&1)
	ordinary "is not owned by root" "directory of a user" as_nobody $work/kml/printcpl
	bad trusted=/ "trusted=/: must be an absolute path"
	bad trusted=/. "trusted=/.: must be an absolute path"
	bad trusted=trusted "trusted=trusted: must be an absolute path"
	bad gid=-2 "gid=-2: must be the number of a group"
	bad ibpb=maybe "ibpb=maybe: must be on, off or auto"
	out=$(reload 2>&1)
	runs_at 0 "/trusted again" as_nobody $prog
}

tracepoint()
{
	# an oops of an earlier test has turned it off
	echo 1 >$trace/tracing_on
	echo 1 >$trace/events/kml/kml_decision/enable
	as_nobody $prog
	as_nobody unshare -Ur $prog
	echo 0 >$trace/events/kml/kml_decision/enable
	out=$(cat $trace/trace)
	echo >$trace/trace
	[[ $out == *"kml_decision: name=$prog verdict=privileged why="* ]]
	result $? "tracepoint: a privileged exec"
	[[ $out == *"kml_decision: name=$prog verdict=not privileged why=the caller is in a user namespace"* ]]
	result $? "tracepoint: a refusal"
}

# audit 0|1: without a daemon, records go to the log
audit()
{
	python3 - "$1" <<'END'
import socket, struct, sys
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
status = struct.pack("=11I", 1, int(sys.argv[1]), *[0] * 9)
s.send(struct.pack("=IHHII", 16 + len(status), 1001, 5, 1, 0) + status)
assert struct.unpack("=i", s.recv(8192)[16:20])[0] == 0
END
}

# audited WHAT PATTERN COMMAND...
audited()
{
	local what=$1 pattern=$2 mark=audit-$RANDOM
	shift 2

	echo $mark >/dev/kmsg
	"$@" >/dev/null
	sleep 1
	out=$(dmesg | sed "1,/$mark/d" | grep 'type=1316')
	[[ $out =~ $pattern ]]
	result $? "$what"
}

# hex STRING
hex()
{
	printf %s "$1" | od -An -tx1 | tr -d ' \n' | tr a-f A-F
}

records()
{
	audited "audit is off: no record" '^$' as_nobody $prog
	out=$(audit 1 2>&1)
	result $? "audit on"
	audited "audit record of a privileged exec" "kml=\"privileged\" res=1 name=$(hex $prog) why= .*uid=65534" as_nobody $prog
	audited "audit record of a refusal" \
		"kml=\"not privileged\" res=0 name=$(hex $prog) why=$(hex "the caller is in a user namespace")" as_nobody unshare -Ur $prog
	audit 0
}

boundary_start
group
directory
tracepoint
records
ktap_end
