#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What an ordinary user asks of the address space of his programs is not granted to a privileged one, as for setuid programs: once
# "setarch -R" told him where in the kernel's own privilege each byte of the program was.
# run: root-sh
# timeout: 120

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

# places COMMAND...: at how many different places four runs have their stack
places()
{
	for _ in 1 2 3 4; do
		"$@" grep -F '[stack]' /proc/self/maps
	done | sort -u | wc -l
}

# same WANT WHAT COMMAND...
same()
{
	local want=$1 what=$2
	shift 2

	out=$(places "$@")
	[ "$out" = "$want" ]
	result $? "$what: $want places"
}

# writable WHAT COMMAND...: it has pages that it can write to, but not execute
writable()
{
	local what=$1
	shift

	out=$("$@" cat /proc/self/maps)
	grep -q ' rw-p ' <<<"$out"
	result $? "$what"
}

boundary_start
same 1 "setarch -R, ordinary program" as_nobody setarch -R /bin/busybox
same 4 "setarch -R, privileged program" as_nobody setarch -R /trusted/busybox
same 1 "setarch -R by root, privileged program" setarch -R /trusted/busybox
writable "pages without execute permission, ordinary program" as_nobody /bin/busybox
writable "setarch -X, privileged program: still" as_nobody setarch -X /trusted/busybox
ktap_end
