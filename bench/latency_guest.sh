#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest: what kml latency and the motion example measure, on a machine that is idle and under hackbench, as
# "PLACE WHAT PRIVILEGE MIN MEAN MAX".

# latency WHERE
latency()
{
	kml latency --json --loops 2000 | python3 -c "import json, sys
for c in json.load(sys.stdin)['measurements']:
	if c['problem']:
		sys.exit(c['mode'] + ': ' + c['problem'])
	print('$1', c['mode'], c['privileged'] and 'privileged' or 'ordinary', c['min'], round(c['mean']), c['max'])"
}

# motion WHERE WHAT PRIVILEGE PROGRAM [ARGUMENT]
motion()
{
	local place=$1 what=$2 privilege=$3
	shift 3

	taskset -c "$cpu" "$@" 1000 | sed -nE "s/^step (begins) .*: min ([0-9]+), mean ([0-9]+), max ([0-9]+) .*/$place $what $privilege \2 \3 \4/p"
}

# motions WHERE
motions()
{
	motion "$1" motion ordinary /plain/examples/motion
	motion "$1" motion privileged /trusted/examples/motion
	motion "$1" motion-handler privileged /trusted/examples/motion handler
}

tracing=/sys/kernel/tracing

# timerlat: looks how late the kernel's own timer interrupts are, which no handler can be earlier than
timerlat()
{
	grep -qw timerlat $tracing/available_tracers || return
	echo 16384 >$tracing/buffer_size_kb
	echo timerlat >$tracing/current_tracer
	sleep 2.5
	echo 0 >$tracing/tracing_on
}

# timerlat_tells WHERE: what it has seen, on an idle machine
timerlat_tells()
{
	grep -qw timerlat $tracing/available_tracers || return
	sed -nE 's/.* context +irq timer_latency +([0-9]+) ns.*/\1/p' $tracing/trace | sed 1,100d | awk -v where="$1" '
		{ sum += $1; if (NR == 1 || $1 < min) min = $1; if ($1 > max) max = $1 }
		END { if (NR) print where, "timer-irq", "kernel", min, int(sum / NR), max }'
	echo nop >$tracing/current_tracer
	echo 1 >$tracing/tracing_on
}

grep -q 'hres_active *: 1' /proc/timer_list || exit 1
cpu=$(cat /sys/devices/system/cpu/isolated)
if [ -n "$cpu" ]; then
	for _ in 1 2 3; do
		motions idle
	done
	exit
fi
cpu=0
latency idle || exit 1
timerlat
timerlat_tells idle
motions idle
# what gnuplot would be told, for one where there is a gnuplot
mkdir /tmp/bin
printf '#!/bin/sh\n[ "$1" = --version ] || exec cat\n' >/tmp/bin/gnuplot
chmod 755 /tmp/bin/gnuplot
PATH=/tmp/bin:$PATH kml latency --loops 2000 --plot /tmp/plot.svg >/dev/null || exit 1
sed 's/^/plot /' /tmp/plot.svg
# ARM's root has no hackbench
command -v perf >/dev/null || exit 0
perf bench sched messaging -g 2 -l 1000000 >/dev/null 2>&1 &
sleep 1
latency hackbench || exit 1
motions hackbench
timerlat
kill $!
wait
timerlat_tells hackbench
