#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module builds by the oldest and by the newest DKMS that people have, for a kernel of gcc and for one of clang and ld.lld,
# each without a warning; and so does the image of either architecture, and what the queue changes in a kernel without the option.

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

# without ARCH: the patched files that the prod kernel has, with Kernel-Mode Linux switched off
without()
{
	local status=0 log=$LOGS/without-$1.log prod work objects

	KML_ARCH=$1
	. "$TOP/tests/lib/common.sh"
	prod=$("$TOP/tests/lib/kernel.sh" prod)
	work=$(mktemp -d)
	mapfile -t objects < <(sed -nE '/kml[^/]*$/d; s/\.[cS]$/.o/p' "$prod/source/.kml-touched" | while read -r object; do
		[ ! -e "$prod/$object" ] || echo "$object"
	done)
	[ ${#objects[@]} -ge 10 ] || status=1
	cp "$prod/.config" "$work"
	"$prod/source/scripts/config" --file "$work/.config" -d KERNEL_MODE_LINUX
	make -C "$prod/source" O="$work" -j"$(nproc)" "${KMAKE[@]}" olddefconfig "${objects[@]}" >"$log" 2>&1 </dev/null || status=1
	! grep -E 'warning:|error:' "$log" >&2 || status=1
	! grep -q '^CONFIG_KERNEL_MODE_LINUX=' "$work/.config" || status=1
	rm -rf "$work"
	verdict $status "$1: ${#objects[@]} files that the queue changes, without the option" "log: $log"
}

steps=("without x86_64" "without arm" "image x86_64 x86_64-linux-gnu" "image arm arm-linux-gnueabihf")
for suite in bookworm trixie; do
	steps+=("exclude $suite" "build prod $suite" "build clang $suite")
done
report_steps "${steps[@]}"
