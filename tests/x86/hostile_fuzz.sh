#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ordinary programs enter the kernel in each way, by mistake and on purpose, with registers, flags, selectors, GS base and breakpoints
# of their choosing, aimed at what would hurt. Whatever line of a hook believes one of these is a way into the kernel for anybody.
# run: root-sh
# timeout: 90

# shellcheck source=tests/x86/hostile_lib.sh
. "$(dirname "$0")/hostile_lib.sh"

ktap_start
seed=$RANDOM
echo "# seed $seed"
hostile 8 fuzz $seed
ktap_end
