#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel looks the trusted directory up to decide about a program. With rules for audit each such look is a record, so it must
# not be done for each program of the system.
# run: root-sh
# timeout: 120

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

# audit on|off: records of each execve(), in the log as there is no daemon
audit()
{
	python3 - "$1" <<'END'
import os, socket, struct, sys
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
def send(kind, body):
    s.send(struct.pack("=IHHII", 16 + len(body), kind, 5, 1, 0) + body)
    assert struct.unpack("=i", s.recv(8192)[16:20])[0] == 0
on = sys.argv[1] == "on"
execve = 59 if os.uname().machine == "x86_64" else 11
mask = [0] * 64
mask[execve // 32] = 1 << execve % 32
# struct audit_rule_data: on exit, always, no fields
rule = struct.pack("=3I64I192II", 4, 2, 0, *mask, *[0] * 192, 0)
send(1001, struct.pack("=11I", 1, int(on), *[0] * 9))
send(1011 if on else 1012, rule)
END
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
out=$(audit off 2>&1)
result $? "audit off"
echo "$before" >$burst
ktap_end
