# SPDX-License-Identifier: GPL-2.0-only
# Where things are and how messages look: sourced by every script of the harness.
# shellcheck shell=bash disable=SC2034

set -euo pipefail

TOP=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
KML_CACHE=${KML_CACHE:-$HOME/.cache/kml}
KML_SERIES=${KML_SERIES:-6.12}
KML_ARCH=${KML_ARCH:-x86_64}
LOGS=$KML_CACHE/logs
export KML_CACHE KML_ARCH KML_SERIES
# the kernel's make and ours take these as settings, under other names
unset ARCH CROSS_COMPILE SERIES
# dkms, mke2fs and depmod live where a user's PATH does not look.
PATH=$PATH:/usr/sbin:/sbin
# What differs: the compiler's prefix, make's arguments for a kernel, its image, directories of tests, a mark in the names of files.
case $KML_ARCH in
x86_64)
	CROSS='' KMAKE=() TARGETS=(bzImage modules) IMAGE=arch/x86/boot/bzImage TEST_DIRS=(common x86) ARCH_TAG=''
	;;
arm)
	CROSS=arm-linux-gnueabihf- IMAGE=arch/arm/boot/zImage TEST_DIRS=(common arm) ARCH_TAG=arm-
	KMAKE=(ARCH=arm CROSS_COMPILE="$CROSS") TARGETS=(zImage modules)
	;;
arm64)
	CROSS=aarch64-linux-gnu- IMAGE=arch/arm64/boot/Image TEST_DIRS=(common arm64) ARCH_TAG=arm64-
	KMAKE=(ARCH=arm64 CROSS_COMPILE="$CROSS") TARGETS=(Image modules)
	;;
*)
	echo "unknown architecture: $KML_ARCH" >&2
	exit 1
	;;
esac
# and in those of what depends on the kernel, too
TAG=$ARCH_TAG
[ "$KML_SERIES" = 6.12 ] || TAG=$KML_SERIES-$TAG
# The same environment for every tool: what is cached must not depend on who built it.
export LC_ALL=C KBUILD_BUILD_USER=kml KBUILD_BUILD_HOST=kml KBUILD_BUILD_TIMESTAMP=1970-01-01
unset MAKEFLAGS MFLAGS MAKELEVEL
umask 022
# All that is in the cache is in one of these; "make distclean" takes them away.
CACHE_DIRS=("$KML_CACHE"/{bisect,fresh,guest,kernel,logs,modules,packages,rootfs,sources,sysroot})
mkdir -p "${CACHE_DIRS[@]}"

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

# lock_run: guests share directories and logs, so there is one run at a time; it ends with this process and its children.
lock_run()
{
	exec 6>"$KML_CACHE/run.lock"
	if ! flock -n 6; then
		say "# waiting for the other run that holds $KML_CACHE/run.lock"
		flock 6
	fi
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

# key_of FILE...: one hash for the names (in this checkout) and contents of files and for what is on stdin.
key_of()
{
	{ cat; [ $# = 0 ] || sha256sum "$@" | sed "s,  $TOP/,  ,"; } | sha256sum | cut -c1-16
}

# sources_of_checkout PATH...: what git knows or would add of these, by their names in the checkout, so that no stale object
# travels along; without git, all but what is built in place
sources_of_checkout()
(
	cd "$TOP" || exit
	if git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1; then
		git -c safe.directory='*' ls-files -co --exclude-standard -- "$@"
	else
		find "$@" -name build -prune -o -type f -print | sed 's,^\./,,'
	fi | sort -u | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
)
