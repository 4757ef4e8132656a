#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Debian's python3 test files for what an operating system gives.

# shellcheck source=tests/suites/compare.sh
. "$(dirname "$0")/compare.sh"

declare -A python=([plain]=$(realpath /usr/bin/python3) [trusted]=/trusted/bin/python3)

# a test with a description has its result on a line of its own
# shellcheck disable=SC2016,SC2034
results='
	/^test_[^ ]+ \(/ { name = $1 " " $2 }
	match($0, / \.\.\. (ok|FAIL|ERROR|skipped|expected failure)/) { say(name ":" substr($0, RSTART + 4, RLENGTH - 4)) }'

# run_one WAY TEST
run_one()
{
	bounded 600 "${python[$1]}" -m test -v "$2"
}

ktap_start
for test in test_os test_signal test_threading test_subprocess test_mmap test_socket test_faulthandler test_posix test_select \
	test_multiprocessing_fork test_multiprocessing_spawn; do
	compare python $test
done
ktap_end
