#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# DKMS leaves a kernel without the hooks alone, with its reason, and builds nothing for it.

. "$(dirname "$0")/../lib/common.sh"

echo 1..2
tree=$("$TOP/tests/lib/module.sh" stock --skip-allowed)
if [ -z "$(find "$tree/lib/modules" -name kml.ko)" ]; then
	echo "ok 1 - no kml.ko for a stock kernel"
else
	echo "not ok 1 - no kml.ko for a stock kernel"
fi
if grep -q BUILD_EXCLUSIVE "$LOGS/dkms-${TAG}stock.log"; then
	echo "ok 2 - DKMS says why"
else
	echo "not ok 2 - DKMS says why"
fi
