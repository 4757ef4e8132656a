#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the tests of the kml command share, in the guest and on the host. Sourced behind ktap.sh.
# run: none
# shellcheck shell=bash

# ends STATUS WHAT [PATTERN...] -- COMMAND...: status, and all shell patterns in the output; "!PATTERN" must not be in it
ends()
{
	local want=$1 what=$2 patterns=() status pattern good=0
	shift 2

	while [ "$1" != -- ]; do
		patterns+=("$1")
		shift
	done
	shift
	out=$("$@" 2>&1)
	status=$?
	out="status $status
$out"
	[ $status = "$want" ] || good=1
	for pattern in "${patterns[@]}"; do
		# shellcheck disable=SC2053
		if [[ $pattern == !* ]]; then
			[[ $out != *${pattern#!}* ]] || good=1
		else
			[[ $out == *$pattern* ]] || good=1
		fi
	done
	result $good "$what"
}
