# SPDX-License-Identifier: GPL-2.0-only
# Where things are and how messages look: sourced by every script of the harness.
# shellcheck shell=bash disable=SC2034

set -euo pipefail

TOP=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
KML_CACHE=${KML_CACHE:-$HOME/.cache/kml}
KML_SERIES=${KML_SERIES:-6.12}
KML_ARCH=x86_64
LOGS=$KML_CACHE/logs
export KML_CACHE
# dkms, mke2fs and depmod live where a user's PATH does not look.
PATH=$PATH:/usr/sbin:/sbin
# The same environment for every tool: what is cached must not depend on who built it.
export LC_ALL=C KBUILD_BUILD_USER=kml KBUILD_BUILD_HOST=kml KBUILD_BUILD_TIMESTAMP=1970-01-01
unset MAKEFLAGS MFLAGS MAKELEVEL
umask 022
mkdir -p "$LOGS"

KML_NAME=$(sed -n 's/^PACKAGE_NAME="\(.*\)"$/\1/p' "$TOP/dkms.conf")
KML_VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$TOP/dkms.conf")

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "${0##*/}: $*"
	exit 1
}

# run_logged LOG COMMAND...: the command's output goes to LOG; its last 40 lines are shown when it fails.
run_logged()
{
	local log=$1
	shift

	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		die "failed: $* (log: $log)"
	fi
}

# key_of FILE...: one hash for the names and contents of files and for what is on stdin.
key_of()
{
	{ cat; [ $# = 0 ] || sha256sum "$@"; } | sha256sum | cut -c1-16
}
