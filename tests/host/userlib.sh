#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libkml's own tests, as ordinary processes on this machine.

. "$(dirname "$0")/../lib/common.sh"

# not in the tree: others build there meanwhile
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
make -s -C "$TOP/userlib" check O="$out"
