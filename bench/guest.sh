#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest: what an ordinary program pays, without the module and with it, and what a privileged one pays.
# Prints "WHERE NAME COUNT" lines.

measure()
{
	$2 | sed "s/^/$1 /"
}

if [ -e /kml/no-module ]; then
	measure stock /plain/bench/cost
	exit
fi
if grep -q nohz_full /proc/cmdline; then
	measure housekeeping "taskset -c 0 /trusted/bench/cost-kml"
	measure nohz "taskset -c 1 /trusted/bench/cost-kml"
	exit
fi
modprobe -r kml
measure patched /plain/bench/cost
modprobe kml
measure loaded /plain/bench/cost
measure trusted /trusted/bench/cost-kml
bash /plain/bench/scale.sh
