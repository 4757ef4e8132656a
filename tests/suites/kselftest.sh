#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's selftests. One that prints no TAP has its exit status for a result.

# shellcheck source=tests/suites/compare.sh
. "$(dirname "$0")/compare.sh"

# shellcheck disable=SC2016,SC2034
results='
	/^[ \t]*(ok|not ok|\[(OK|FAIL|SKIP|NOTE)\])/ {
		sub(/^[ \t]+/, "")
		if (/^(not )?ok [0-9]/)
			sub(/ok [0-9]+/, "ok")
		say($0)
	}'

# run_one WAY "DIRECTORY PROGRAM"
run_one()
{
	cd "/$1/kselftest/${2% *}" && bounded 150 "./${2#* }"
}

ktap_start
while read -r line; do
	compare kselftest "$line"
done <"/plain/kselftest/LIST"
ktap_end
