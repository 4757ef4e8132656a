#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Debian's python3 test files for what an operating system gives.

# shellcheck source=tests/suites/compare.sh
. "$(dirname "$0")/compare.sh"

declare -A python=([plain]=$(realpath /usr/bin/python3) [trusted]=/trusted/bin/python3)

# run_one WAY TEST
run_one()
{
	timeout -k 5 600 "${python[$1]}" -m test -v "$2" >$work/out 2>&1 </dev/null
	echo "status $(echo $? | tr 0-9 a-j)"
	sed -nE 's/^(test_[^ ]+ \([^)]+\)).* \.\.\. (ok|FAIL|ERROR|skipped|expected failure).*/\2 \1/p' $work/out
}

ktap_start
for test in test_os test_signal test_threading test_subprocess test_mmap test_socket test_faulthandler test_posix test_select \
	test_multiprocessing_fork test_multiprocessing_spawn; do
	compare python $test
done
ktap_end
