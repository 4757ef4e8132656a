#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# On a CPU that tracks indirect branches (IBT) programs in /trusted run as elsewhere, and ordinary ones stay tracked. QEMU has no
# such CPU: one boot in Bochs, of x86/ibt and some of the suite's static programs.

export KML_ARCH=x86_64
. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/lib/bochs.sh"

if [ "$KML_SERIES" != 6.12 ]; then
	echo "1..0 # SKIP $KML_SERIES does not come up in Debian 12's Bochs; tests/lass.sh tracks branches, too"
	exit 4
fi
use_bochs tigerlake
bochs_test "${TAG}ibt" 600 "Indirect Branch Tracking enabled" "the kernel tracks indirect branches" x86/ibt common/gate_args \
	common/gate_bad common/leaf_values common/signals common/threads x86/faults x86/gate_regs x86/syscall_ss common/handler_timer
