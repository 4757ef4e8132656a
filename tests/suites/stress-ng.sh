#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All stressors of stress-ng that the guest can run, which check what they do.

# shellcheck source=tests/suites/compare.sh
. "$(dirname "$0")/compare.sh"

cp "$(command -v stress-ng)" /trusted/bin
declare -A stress=([plain]=$(command -v stress-ng) [trusted]=/trusted/bin/stress-ng)

# shellcheck disable=SC2016,SC2034
results='
	match($0, /fail: .*|skipped: [0-9]+: [a-z]+/) {
		line = substr($0, RSTART, RLENGTH)
		gsub(/\[[0-9]+\]/, "", line)
		say(line)
	}'

# run_one WAY STRESSOR
run_one()
{
	cd /tmp && bounded 60 "${stress[$1]}" "--$2" 1 --verify -t 5 --temp-path /tmp --oomable
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
