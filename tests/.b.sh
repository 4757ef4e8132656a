#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module builds by the oldest and by the newest DKMS that people have, for a kernel of gcc and for one of clang and ld.lld,
# each without a warning; and so does the image of either architecture.

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/ktap.sh"

# image ARCH TARGET: by clang and ld.lld, which no kernel of ARM in these tests has seen
image()
{
	local status=0 log=$LOGS/image-clang-$1.log work

	work=$(mktemp -d)
	make -C "$TOP/kml-vdso" O="$work" ARCH="$1" CC="clang --target=$2" LD=ld.lld >"$log" 2>&1 </dev/null || status=$?
	! grep 'warning:' "$log" >&2 || status=1
	rm -rf "$work"
	verdict $status "the image for $1 by clang and ld.lld" "log: $log"
}

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

steps=("image x86_64 x86_64-linux-gnu" "image arm arm-linux-gnueabihf")
for suite in bookworm trixie; do
	steps+=("exclude $suite" "build prod $suite")
done
report_steps "${steps[@]}"
