#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# On a CPU that keeps kernel and user apart by address (LASS) programs in /trusted run as elsewhere, and ordinary ones stay apart.
# QEMU has no such CPU, nor has Debian 12's Bochs, and Linux uses it from 6.19 on: one boot of 7.3 in Debian 13's.

export KML_ARCH=x86_64
. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/bochs.sh"
. "$TOP/tests/lib/ktap.sh"

if [ "$KML_SERIES" = 6.12 ]; then
	KML_SERIES=7.3 exec "$0"
fi

lass()
{
	"$TOP/tests/lib/backports.sh" >/dev/null
	use_bochs arrow_lake
	bochs_test lass 600 "^flags.* lass( |$)" "the kernel uses LASS" x86/lass x86/ibt common/gate_args common/gate_bad common/leaf_values \
		common/signals common/threads x86/faults x86/gate_regs common/handler_timer | take_results
}

report_steps lass
