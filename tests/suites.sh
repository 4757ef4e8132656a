#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Other people's tests, run from /plain and from /trusted in one guest and compared: the kernel's selftests, Debian's python3 test
# files, stress-ng. A difference stands in tests/suites/differences with its reason, or fails the run. As KTAP; the last line is
# the count of all results.
#
#   tests/suites.sh [kselftest|python|stress-ng][:PATTERN]...
#
# PATTERN is a shell pattern for tests of that suite; a selftest is DIRECTORY/PROGRAM.

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/ktap.sh"

limit=5400
suites=("$@")
[ $# != 0 ] || suites=(kselftest python stress-ng)

# passed_on SUITE: the guest's own results, as this script's
passed_on()
{
	sed -nE 's/^    ((not )?ok [0-9]+ |# )/\1/p' "$LOGS/suite-$1.verdict" | take_results
}

# suite NAME[:PATTERN]
suite()
{
	local name=${1%%:*} pattern=${1#*:} disk status=0
	local list=$KML_CACHE/guest/list.suite-$name

	[ "$pattern" != "$name" ] || pattern='*'
	echo "$pattern" >"$KML_CACHE/guest/programs/tests/suites/only"
	echo "suite root-sh $((limit - 200)) root suites/$name.sh" >"$list"
	disk=$("$TOP/tests/lib/disk.sh" prod "$list")
	boot_guest "suite-$name" "$KML_CACHE/kernel/${TAG}prod/$IMAGE" "$disk" Skylake-Client pti=on $limit >&2 || status=1
	passed_on "$name"
	grep -q '^end suite [01] ' "$LOGS/suite-$name.verdict" || status=1
	verdict $status "$name: the suite came to its end" "logs: $LOGS/suite-$name.*"
}

bring()
{
	local programs selftests

	programs=$("$TOP/tests/lib/programs.sh")
	selftests=$("$TOP/tests/lib/selftests.sh")
	rm -rf "$programs/tests/suites" "$programs/tests/kselftest"
	cp -r "$TOP/tests/suites" "$programs/tests"
	cp "$TOP/tests/common/ktap.sh" "$programs/tests/suites"
	cp -r "$selftests" "$programs/tests/kselftest"
}

[ "$KML_ARCH" = x86_64 ] || die "suites.sh is for x86_64"
lock_run
bring
guest_root=$("$TOP/tests/lib/rootfs.sh" suites)
report_steps "${suites[@]/#/suite }"
