#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Leaf exports read clocks by the stock vDSO's code. Where the clock has none, and in a time namespace, whose clocks are not the
# kernel's, they ask the kernel's function through the gate: the answers stay the same.
# run: root-sh
# timeout: 120
# depends: cpu

. "$(dirname "$0")/ktap.sh"

clocks=/sys/devices/system/clocksource/clocksource0

# values WHAT COMMAND...: leaf_values, started by the command
values()
{
	local what=$1 out
	shift

	out=$("$@" env KML_MODE=trusted /trusted/common/leaf_values 2>&1)
	result $? "$what: $(grep -c '^ok' <<<"$out") results right"
	grep '^not ok' <<<"$out" | sed 's/^/# /'
}

ktap_start
was=$(cat $clocks/current_clocksource)
for clock in $(cat $clocks/available_clocksource); do
	echo "$clock" >$clocks/current_clocksource
	[ "$(cat $clocks/current_clocksource)" = "$clock" ]
	result $? "clocksource $clock"
	values "$clock"
done
echo "$was" >$clocks/current_clocksource
if [ -e /proc/self/ns/time ]; then
	values "time namespace" unshare --time --monotonic 100000 --boottime 200000
else
	skip "time namespace" "no CONFIG_TIME_NS here"
fi
ktap_end
