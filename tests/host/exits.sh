#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No way out of the kernel is unknown: each return instruction and each jump to the return path of the prod kernel is in
# arch/x86_64.exits with the reason why it is right for privileged programs. One that was forgotten was an oops, and a reset,
# that any user could have (exec from a 32-bit program). A new series that adds or moves one fails here before a guest does.

export KML_ARCH=x86_64
. "$(dirname "$0")/../lib/common.sh"

echo 1..1
vmlinux=$("$TOP/tests/lib/kernel.sh" prod)/vmlinux
if out=$(python3 "$TOP/tests/lib/exits.py" "$TOP/tests/arch/x86_64.exits" "$vmlinux" 2>&1); then
	echo "ok 1 - every way out of the kernel is a known one"
else
	sed 's/^/# /' <<<"$out"
	echo "not ok 1 - every way out of the kernel is a known one"
fi
