#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A gated function reads a mapped file whose file system takes its time: what signals come meanwhile, the file's content is found, and
# kill -9 ends the process, not the kernel.
# run: root-sh

. "$(dirname "$0")/ktap.sh"

dir=/tmp/gate_fuse

# slow SIGNAL...: a program whose function waits for the file gets the signals, then the file comes; sets status and out
slow()
{
	local sig server

	mkdir -p $dir
	/plain/common/fusefile /plain/common/printcpl $dir || return
	server=$(pgrep -n fusefile)
	# opened and mapped while the server still answers
	coproc /trusted/common/gate_mapped $dir/printcpl
	pid=$!
	read -r -t 20 out <&"${COPROC[0]}"
	kill -STOP "$server"
	exec {answer}<&"${COPROC[0]}"
	echo >&"${COPROC[1]}"
	sleep 0.3
	for sig; do
		kill "-$sig" $pid
		sleep 0.05
	done
	kill -CONT "$server"
	out=
	read -r -t 20 -u $answer out
	wait $pid 2>/dev/null
	status=$?
	exec {answer}<&-
	umount $dir
	rmdir $dir
}

ktap_start
slow
[ "$status $out" = "0 right, 0 alarms" ]
result $? "no signal: $out"
slow ALRM ALRM ALRM ALRM
[ $status = 0 ] && [[ $out == right* ]]
result $? "SIGALRM: status $status, $out"
slow INT
[ $status = 130 ]
result $? "SIGINT: status $status"
slow KILL
[ $status = 137 ]
result $? "SIGKILL: status $status"
ktap_end
