#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Probes and tracers on the kernel's functions that leaf exports are named after. When leaves were kernel text on the program's
# stack, a kretprobe on int_sqrt() and a busy machine hung it in seconds: preemption was off there, and the program was switched.
# run: root-sh
# timeout: 120
# depends: cpu debug

. "$(dirname "$0")/ktap.sh"

tracing=/sys/kernel/tracing

# hammer: three threads' worth of leaf calls among CPU hogs
hammer()
{
	local pids=() i status=0

	for i in 1 2 3 4; do
		timeout 6 sh -c 'while :; do :; done' &
	done
	for i in 1 2 3; do
		for _ in 1 2 3; do KML_MODE=trusted /trusted/common/leaf_values || exit 1; done >/tmp/leaf.$i 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || status=1
	done
	wait
	[ $status = 0 ] || grep -h 'not ok' /tmp/leaf.* | sed 's/^ */# /'
	return $status
}

ktap_start
if [ -e $tracing/kprobe_events ]; then
	for function in int_sqrt ktime_get mktime64; do
		echo "r:kml_$function $function" >>$tracing/kprobe_events
		grep -q "kml_$function " $tracing/kprobe_events
		result $? "a kretprobe on $function()"
	done
	echo 1 >$tracing/events/kprobes/enable
	hammer
	result $? "leaves are right with kretprobes"
	echo 0 >$tracing/events/kprobes/enable
	echo >$tracing/kprobe_events
else
	skip kretprobes "no CONFIG_KPROBE_EVENTS here"
fi
if grep -qw function $tracing/available_tracers; then
	echo function >$tracing/current_tracer
	hammer
	result $? "leaves are right with the function tracer"
	echo nop >$tracing/current_tracer
else
	skip "function tracer" "no CONFIG_FUNCTION_TRACER here"
fi
rm -f /tmp/leaf.*
ktap_end
