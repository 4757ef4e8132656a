#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libkml's own tests, as ordinary processes on this machine.

. "$(dirname "$0")/../lib/common.sh"

exec make -s -C "$TOP/userlib" check
