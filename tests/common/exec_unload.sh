#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Privileged programs exec and exit all the time while the module is unloaded and loaded again: on its way in or out of privilege a
# task may still be marked when the module is gone.
# run: root-sh
# timeout: 120

. "$(dirname "$0")/ktap.sh"

work=/tmp/exec_unload
gate=/trusted/common/exec_gate

# worker NUMBER PROGRAM: execs it by the gate, and counts how that ended
worker()
{
	local status

	while [ -e $work/go ]; do
		"$gate" "$2" >/dev/null 2>&1
		status=$?
		case $status in
		0|3|124) echo $status ;;
		*) echo "wrong: $2: $status" ;;
		esac
		sleep 0.$((RANDOM % 3))
	done >"$work/$1"
}

# killed NUMBER: gated calls that a signal ends
killed()
{
	while [ -e $work/go ]; do
		timeout -s KILL 0.1 /trusted/common/gate_memcg 64 >/dev/null
		sleep 0.2
	done 2>/dev/null
	echo "done" >"$work/$1"
}

storm()
{
	local pids=() hogs=() unloads=0

	touch $work/go
	for _ in 1 2; do
		nice -n 5 bash -c "while :; do :; done" &
		hogs+=($!)
	done
	worker 1 /plain/common/printcpl & pids+=($!)
	worker 2 /plain/common/printcpl & pids+=($!)
	worker 3 /trusted/common/printcpl & pids+=($!)
	killed 4 & pids+=($!)
	SECONDS=0
	# longer on a machine where a program is always on its way
	while [ $SECONDS -lt 6 ] || { [ $unloads -lt 3 ] && [ $SECONDS -lt 60 ]; }; do
		modprobe -r kml 2>/dev/null && unloads=$((unloads + 1))
		modprobe kml 2>/dev/null
	done
	rm $work/go
	wait "${pids[@]}"
	kill "${hogs[@]}" 2>/dev/null
	wait "${hogs[@]}" 2>/dev/null
	out=$(grep -h wrong $work/[123])
	[ -z "$out" ]
	result $? "$(cat $work/[123] | wc -l) execs, $(grep -hc '^3$' $work/1) and $(grep -hc '^3$' $work/2) of them out of privilege"
	[ $unloads -ge 1 ]
	result $? "unloaded $unloads times"
}

# The close of its file keeps a task in exit, its memory and the module's reference gone.
slow_exit()
{
	local dir=$work/fuse server pid status

	modprobe kml
	mkdir $dir
	/plain/common/fusefile /plain/common/printcpl $dir
	server=$(pgrep -n fusefile)
	coproc "$gate" -exit $dir/printcpl
	pid=$!
	read -r -t 20 out <&"${COPROC[0]}"
	kill -STOP "$server"
	echo >&"${COPROC[1]}"
	sleep 0.5
	out=$(modprobe -r kml 2>&1)
	result $? "the module goes while a task is in exit"
	sleep 0.5
	kill -CONT "$server"
	wait $pid
	status=$?
	[ $status = 42 ]
	result $? "it exits: status $status"
	umount $dir
}

mkdir -p $work
trap 'rm -rf $work' EXIT
ktap_start
storm
slow_exit
out=$(modprobe kml 2>&1 && /trusted/common/printcpl)
[ "$out" = "cpl 0" ]
result $? "the module works: $out"
ktap_end
