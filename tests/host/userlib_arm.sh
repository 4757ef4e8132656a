#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libkml's own tests for ARM: cross-built, run as ordinary processes by QEMU's user mode.

. "$(dirname "$0")/../lib/common.sh"

cross=arm-linux-gnueabihf-
for tool in ${cross}gcc qemu-arm; do
	command -v $tool >/dev/null && continue
	echo "1..0 # SKIP no $tool"
	exit 0
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
make -s -C "$TOP/userlib" check ARCH=arm CC=${cross}gcc CXX=${cross}g++ O="$out" RUN="qemu-arm -L /usr/arm-linux-gnueabihf"
