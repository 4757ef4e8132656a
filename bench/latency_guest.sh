#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest: latencies by a thread and by a handler, on an idle CPU and while another program runs.

# measure WHERE
measure()
{
	/plain/bench/latency "$1-thread"
	/trusted/bench/latency-kml "$1-handler"
}

grep -q 'hres_active *: 1' /proc/timer_list || exit 1
measure idle
# busy in user mode, and one that makes system calls
while :; do :; done &
spin=$!
cat /dev/zero >/dev/null &
read=$!
measure busy
kill $spin $read
