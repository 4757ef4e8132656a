#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An ordinary program points RSP into its CPU's IST stacks and waits for an NMI. The handler once took it for an entry stub that it had
# interrupted and left the IDT of privileged programs loaded: from there on, the CPU trusted the program's registers.
# run: root-sh

# shellcheck source=tests/x86/hostile_lib.sh
. "$(dirname "$0")/hostile_lib.sh"

ktap_start
hostile 5 rsp
ktap_end
