#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libkml's own tests for arm64: cross-built, run as ordinary processes by QEMU's user mode.

. "$(dirname "$0")/../lib/common.sh"

cross=aarch64-linux-gnu-
for tool in ${cross}gcc qemu-aarch64; do
	command -v $tool >/dev/null && continue
	echo "1..0 # SKIP no $tool"
	exit 0
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
make -s -C "$TOP/userlib" check ARCH=arm64 CC=${cross}gcc CXX=${cross}g++ O="$out" RUN="qemu-aarch64 -L /usr/aarch64-linux-gnu"
