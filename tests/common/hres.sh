#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# High resolution timers are on, on all CPUs. Without them each sleep lasts a tick or more: tests that count on short sleeps would
# show less than they say, and the demonstration's usleep_range(200, 300) takes 44 ms.
# run: root-sh
# depends: cpu debug rt

. "$(dirname "$0")/ktap.sh"

ktap_start
cpus=$(getconf _NPROCESSORS_ONLN)
out=$(grep -E '^cpu:|\.hres_active' /proc/timer_list)
[ "$(grep -Ec '^ *\.hres_active *: 1$' <<<"$out")" = "$cpus" ]
result $? "high resolution timers are active on all $cpus CPUs"
ktap_end
