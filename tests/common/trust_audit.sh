#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel looks the trusted directory up to decide about a program. With rules for audit each such look is a record, so it must
# not be done for each program of the system. Auditing takes unmodified programs the entry of their own (x86_64), which is told.
# run: root-sh
# timeout: 120

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

# audit on|off|never: records of each execve(), in the log as there is no daemon; never: a rule that programs are not audited at all
audit()
{
	python3 - "$1" <<'END'
import os, socket, struct, sys
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
def send(kind, body):
    s.send(struct.pack("=IHHII", 16 + len(body), kind, 5, 1, 0) + body)
    assert struct.unpack("=i", s.recv(8192)[16:20])[0] == 0
# struct audit_rule_data: list, action, no fields
def rule(where, action, mask):
    return struct.pack("=3I64I192II", where, action, 0, *mask, *[0] * 192, 0)
if sys.argv[1] == "never":
    send(1011, rule(1, 0, [0xffffffff] * 64))
    sys.exit()
on = sys.argv[1] == "on"
execve = {"x86_64": 59, "aarch64": 221}.get(os.uname().machine, 11)
mask = [0] * 64
mask[execve // 32] = 1 << execve % 32
send(1001, struct.pack("=11I", 1, int(on), *[0] * 9))
send(1011 if on else 1012, rule(4, 2, mask))
END
}

# told WHAT PATTERN: what a program that is started now is told of its system calls
told()
{
	out=$(cat /sys/kernel/kml/syscalls)
	# shellcheck disable=SC2053
	[[ $out == $2 ]]
	result $? "$1"
}

# records COMMAND...: of one execve(), in $out
records()
{
	local mark=audit-$RANDOM

	sleep 1
	echo $mark >/dev/kmsg
	"$@" >/dev/null
	sleep 1
	out=$(dmesg | sed "1,/$mark/d")
}

boundary_start
entry=$(cat /sys/kernel/kml/syscalls)
burst=/proc/sys/kernel/printk_ratelimit_burst
before=$(cat $burst)
echo 1000 >$burst
out=$(audit on 2>&1)
result $? "audit of each execve()"
records /plain/common/printcpl
[[ $out == *'items=1 '*'exe="/plain/common/printcpl"'*'type=1302'*'name="/plain/common/printcpl"'* ]]
result $? "an ordinary program has its record, and no other"
[[ $out != *'name="/trusted"'* ]]
result $? "but not one of /trusted"
[[ $entry != fast* ]] || told "programs that are started now have the stock entry, which is told" "$entry, and stock for programs that are audited*"
out=$(audit off 2>&1)
result $? "audit off"
[[ $entry != fast* ]] || told "auditing that has been on is not over for that" "*audited*"
if [[ $entry == fast* ]]; then
	out=$(kml status 2>&1)
	[[ $out == *"take the stock entry"*"auditctl -a task,never"* ]]
	result $? "kml status warns and has a remedy"
fi
# as the remedy of kml status is, and for the tests after this one
out=$(audit never 2>&1)
result $? "a rule that nobody is audited"
told "and the entry is what it was" "$entry"
out=$(kml status 2>&1)
[[ $out != *audited* ]]
result $? "no warning is left"
echo "$before" >$burst
ktap_end
