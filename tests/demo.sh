#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The demonstration: boots the patched kernel with kml loaded and runs a few programs from /trusted; its console is the output.
# BOARD is one of the boards of tests/boots.arm or tests/boots.arm64, or, on x86_64, a CPU model of QEMU.

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"

case $KML_ARCH in
x86_64) board=${BOARD:-Skylake-Client} append=pti=on ;;
arm)
	board=${BOARD:-virt} append=''
	awk -v board="$board" '$2 == "prod" && $3 == board { known = 1 } END { exit !known }' "$TOP/tests/boots.arm" ||
		die "unknown BOARD $board: virt, vexpress or sabrelite"
	;;
arm64)
	board=${BOARD:-a72}
	append=$(awk -v board="$board" '$2 == "prod" && $3 == board { $1 = $2 = $3 = $4 = ""; print; known = 1 } END { exit !known }' \
		"$TOP/tests/boots.arm64") || die "unknown BOARD $board: a72, a76 or max"
	;;
esac
lock_run
"$TOP/tests/lib/programs.sh" >/dev/null
disk=$("$TOP/tests/lib/disk.sh" prod "$TOP/tests/init/demo")
say "# booting"
boot_guest demo "$KML_CACHE/kernel/${TAG}prod/$IMAGE" "$disk" "$board" "$append quiet" 300
sed -n '/^KML demo/,/^KML demo ends/p' "$LOGS/demo.console" | tr -d '\r'
