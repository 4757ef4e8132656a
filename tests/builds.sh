#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module builds by the oldest and by the newest DKMS that people have, for a kernel of gcc and for one of clang and ld.lld,
# each without a warning.

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/ktap.sh"

build()
{
	local status=0 log=$LOGS/dkms-$TAG$1-$2.log

	"$TOP/tests/lib/module.sh" "$1" >/dev/null
	"$TOP/tests/lib/module.sh" "$1" --dkms "$2" >/dev/null || status=$?
	verdict $status "kernel $1, DKMS of $2" "log: $log"
}

exclude()
{
	local dkms status=0

	dkms=$("$TOP/tests/lib/dkms.sh" "$1")
	DKMS=$dkms bash "$TOP/tests/host/dkms-exclusive.sh" >"$LOGS/dkms-exclusive-$1.log" 2>&1 || status=1
	! grep '^not ok' "$LOGS/dkms-exclusive-$1.log" >&2 || status=1
	verdict $status "a kernel without the hooks, DKMS of $1" "log: $LOGS/dkms-exclusive-$1.log"
}

steps=()
for suite in bookworm trixie; do
	steps+=("exclude $suite" "build prod $suite" "build clang $suite")
done
report_steps "${steps[@]}"
