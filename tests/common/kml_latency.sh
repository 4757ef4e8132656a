#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kml latency: each way of waiting is measured, with numbers that can be, in each format; what harms is told; and what cannot be is
# said to be wrong.
# run: root-sh
# depends: rt
# timeout: 300

. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/common/tool.sh
. "$(dirname "$0")/tool.sh"

work=/tmp/kml-latency
program=/usr/libexec/kml/latency
tracer=/sys/kernel/tracing/current_tracer

# json_is WHAT PYTHON COMMAND...: valid, and the expression on "j" is true; m is the measurements by mode and privilege
json_is()
{
	local what=$1 expression=$2
	shift 2

	out=$("$@" 2>&1 | python3 -c "import json, sys
j = json.load(sys.stdin)
m = {(c['mode'], c['privileged']): c for c in j['measurements']}
if not ($expression): sys.exit(json.dumps(j))" 2>&1)
	result $? "$what"
}

cleanup()
{
	umount $program 2>/dev/null
	[ ! -e $tracer ] || echo nop >$tracer
	rm -rf $work /trusted/kml-latency
}

all_modes()
{
	kml latency --json --loops 300 >$work/json 2>$work/error
	result $? "all modes: status"
	[ ! -s $work/error ]
	result $? "all modes: nothing on stderr, as it is no terminal"
	json_is "all modes: each was measured" \
		"set(m) == {('trap', False), ('trap', True), ('gate', True), ('handler', True), ('poll', False), ('poll', True)} and \
all(c['problem'] is None and c['count'] == 300 for c in m.values())" cat $work/json
	json_is "all modes: numbers in their order" \
		"all(0 <= c['min'] <= c['p50'] <= c['p99'] <= c['p99_9'] <= c['max'] and c['min'] <= c['mean'] <= c['max'] and c['min'] < c['max'] < 10**9 \
for c in m.values())" cat $work/json
	json_is "all modes: the histogram has all of them, from the least to the largest" \
		"all(sum(h['count'] for h in c['histogram']) == 300 and c['histogram'][0]['from'] <= c['min'] and \
c['histogram'][-1]['from'] <= c['max'] < 2 * c['histogram'][-1]['from'] + 8 for c in m.values())" cat $work/json
	# how the ways compare is for bench/latency.sh: a host that is busy stops each of them for as long as it likes
	json_is "no thread is woken in no time" "all(m[k]['min'] > 500 for k in m if k[0] in ('trap', 'gate'))" cat $work/json
	json_is "what was asked for, and the machine" \
		"j['loops'] == 300 and j['interval'] == 1000 and j['cpu'] == -1 and j['fifo'] == 90 and j['high_resolution'] is True and \
j['clock_source'] == '$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)'" cat $work/json
}

options()
{
	json_is "--cpu, --fifo, --interval" "j['cpu'] == 1 and j['fifo'] == 5 and j['interval'] == 500 and m['gate', True]['count'] == 100" \
		kml latency --json --cpu 1 --fifo 5 --interval 500 --loops 100 gate
	ends 1 "--cpu: there is none" "CPU 1000: Invalid argument" -- kml latency --cpu 1000 --loops 10 trap
	ends 2 "an unknown way" "no such way to wait: nap" -- kml latency nap
	ends 2 "no number" "out of bounds: 0" -- kml latency --loops 0
	ends 2 "--plot: neither format" "is neither a .png nor a .svg" -- kml latency --plot x.gif
	kml latency --histogram 100000 --loops 200 trap >$work/text
	out=$(awk '/^[0-9]/ { rows++; a += $2; b += $3 } /^# Total:/ { ta = $3; tb = $4 } /^# Histogram Overflows:/ { a += $4; b += $5 }
		/^# (Min|Avg|Max) Latencies:/ { if (NF == 5) lines++ }
		END { if (rows != 100000 || a != 200 || b != 200 || ta != 200 || tb != 200 || lines != 3) print rows, a, b, ta, tb, lines }' $work/text)
	[ -z "$out" ]
	result $? "--histogram: cyclictest's format has all of them"
	ends 0 "for people" "high resolution timers: active on all" "clock source: " "harmful: /proc/sys/kernel/sched_rt_runtime_us is 950000" \
		"trap    ordinary  " "trap    privileged  " -- kml latency --loops 20 trap
	[[ $out != *"####"* ]]
	result $? "no histogram where there is no terminal"
	out=$(python3 -c "import pty, sys
sys.exit(pty.spawn(['kml', 'latency', '--loops', '300', 'trap']) >> 8)" </dev/null)
	[ $? = 0 ] && [[ $out == *$'\r'*"now "*"mean "* && $out == *"trap, privileged: from ns"*" |###"* ]]
	result $? "on a terminal: a line that goes along, and histograms"
	out=
}

plot()
{
	ends 1 "--plot without gnuplot: one line" "status 1
kml: gnuplot cannot be started (No such file or directory), and --plot needs it: Debian's package gnuplot-nox" -- \
		env PATH=/nowhere /usr/bin/kml latency --plot $work/x.svg
	mkdir $work/bin
	printf '#!/bin/sh\n[ "$1" = --version ] || cat\n' >$work/bin/gnuplot
	chmod 755 $work/bin/gnuplot
	ends 0 "--plot" -- env PATH=$work/bin:/usr/bin:/bin kml latency --loops 200 --plot $work/x.svg trap
	out=$(cat $work/x.svg)
	# the two curves' points, which are all that was measured
	awk '/^set terminal svg/ { svg++ } /^[0-9]/ && NF == 2 { sum += $2 } /^plot|^ +\$c/ { curves++ } END { exit !(svg && sum == 400 && curves == 2) }' $work/x.svg
	result $? "--plot: gnuplot is told all of it"
	printf '#!/bin/sh\n[ "$1" = --version ]\n' >$work/bin/gnuplot
	ends 1 "--plot: gnuplot fails" "gnuplot ended with status 1" -- env PATH=$work/bin:/usr/bin:/bin kml latency --loops 20 --plot $work/x.png trap
}

harmful()
{
	json_is "harmful: no tracer" "'$tracer' not in [h['option'] for h in j['harmful']]" kml latency --json --loops 5 trap
	if ! grep -qw function "${tracer%/*}/available_tracers" 2>/dev/null; then
		skip "harmful: a tracer" "no CONFIG_FUNCTION_TRACER here"
		return
	fi
	echo function >$tracer
	json_is "harmful: a tracer" "[(h['kind'], h['value']) for h in j['harmful'] if h['option'] == '$tracer'] == [('running', 'function')]" \
		kml latency --json --loops 5 trap
	ends 0 "check --kernel tells the same" "running: $tracer is function: a tracer makes a record" -- kml check --kernel
	echo nop >$tracer
	ends 0 "check --kernel: no tracer" -- kml check --kernel
	[[ $out != *"$tracer"* ]]
	result $? "check --kernel: nothing is told of it"
}

users()
{
	ends 1 "an ordinary user: no priority" "SCHED_FIFO: Operation not permitted" "not known whether they are active" -- \
		as_nobody kml latency --loops 20 trap
	ends 0 "an ordinary user without one" "trap    privileged  " -- as_nobody kml latency --fifo 0 --loops 20 trap
	ends 1 "an ordinary user does not switch interrupts off" "poll    privileged needs a priority" -- as_nobody kml latency --fifo 0 --loops 20 poll
	ends 2 "kml-latency by hand" "a part of 'kml latency'" -- /trusted/kml-latency
}

# What makes no sense is not reported as if it did.
nonsense()
{
	install -m 755 /plain/common/latency_fake $work/latency
	mount --bind $work/latency $program
	echo early >$work/fake
	ends 1 "nonsense: before the time" "4 of 10 times it heard before the time" -- kml latency --loops 10 trap
	echo same >$work/fake
	ends 1 "nonsense: always the same" "late by 7 ns each time: its clock stands still" -- kml latency --loops 100 trap
	echo few >$work/fake
	ends 1 "nonsense: too few" "ended after 9 of 10 times" -- kml latency --loops 10 trap
	echo many >$work/fake
	ends 0 "more than there is room for" -- kml latency --loops 10 trap
	echo fails >$work/fake
	ends 1 "it fails" "ended with status 3" -- kml latency --loops 10 trap
	echo killed >$work/fake
	ends 1 "it is killed" "ended by signal 9" -- kml latency --loops 10 trap
	echo hangs >$work/fake
	ends 1 "it hangs" "nothing happens after 0 of 10 times" -- kml latency --loops 10 trap
	umount $program
	json_is "the real one again" "m['trap', False]['problem'] is None" kml latency --json --loops 10 trap
}

if ! command -v kml >/dev/null; then
	skip "kml" "the command is not built for this machine: no libkmod and libelf for it"
	ktap_end
	exit
fi
trap cleanup EXIT
rm -rf $work
mkdir -p $work
ktap_start
ends 1 "an ordinary user, and no copy in /trusted" "/trusted/kml-latency is not there: as root, or kml trust $program kml-latency" -- \
	as_nobody kml latency --fifo 0 --loops 10 gate
ends 0 "root has one made" "gate    privileged  " -- kml latency --loops 10 gate
out=$(find /trusted -maxdepth 1 -name '*kml-latency*')
[ -z "$out" ]
result $? "and nothing is left of it"
ends 0 "kml trust" -- kml trust $program kml-latency
all_modes
options
plot
harmful
users
nonsense
ktap_end
