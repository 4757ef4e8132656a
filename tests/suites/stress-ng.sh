#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All stressors of stress-ng that the guest can run, which check what they do.

# shellcheck source=tests/suites/compare.sh
. "$(dirname "$0")/compare.sh"

cp "$(command -v stress-ng)" /trusted/bin
declare -A stress=([plain]=$(command -v stress-ng) [trusted]=/trusted/bin/stress-ng)

# run_one WAY STRESSOR
run_one()
{
	cd /tmp || return
	timeout -k 5 60 "${stress[$1]}" "--$2" 1 --verify -t 5 --temp-path /tmp --oomable >$work/out 2>&1 </dev/null
	echo "status $(echo $? | tr 0-9 a-j)"
	grep -aoE 'fail: .*|skipped: [0-9]+: [a-z]+' $work/out | sed -E 's/\[[0-9]+\]//'
}

ktap_start
for stressor in $(stress-ng --stressors); do
	case $stressor in
	# these change or end the machine that the others need
	clock|cpu-online|reboot|softlockup|tun|watchdog|zombie|binderfs|netdev|rawdev|smi) continue ;;
	esac
	compare stress-ng "$stressor"
done
ktap_end
