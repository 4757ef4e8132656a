#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's selftests. One that prints no TAP has its exit status.

# shellcheck source=tests/suites/compare.sh
. "$(dirname "$0")/compare.sh"

# run_one WAY "DIRECTORY PROGRAM"
run_one()
{
	local status

	cd "/$1/kselftest/${2% *}" || return
	timeout -k 5 150 "./${2#* }" >$work/out 2>&1 </dev/null
	status=$?
	cd /
	tr '\r' '\n' <$work/out | grep -aE '^[[:space:]]*(ok|not ok|\[(OK|FAIL|SKIP|NOTE)\])' |
		sed -E 's/^[[:space:]]+//; s/^((not )?ok) [0-9]+/\1/'
	# which signal, which of the usual codes
	echo "status $(echo $status | tr 0-9 a-j)"
}

ktap_start
while read -r line; do
	compare kselftest "$line"
done <"/plain/kselftest/LIST"
ktap_end
