#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs the Debian packages that the builds and tests for the named architectures use (default: x86_64 and arm), those that are missing
# only (as root, Debian 12 or 13). The source of a kernel series that this release lacks goes to the cache. "packages" adds what making
# packages takes, "clang" what a kernel that clang builds takes, "suites" what the kernel's selftests take, "debian" what Debian's own
# configurations take.

set -euo pipefail

packages=(
	# kernel and module
	bc bison build-essential cpio dkms flex git kmod libelf-dev libssl-dev openssl lz4 patch perl python3
	rsync xz-utils
	# libkml, the kml command and test programs. Not gcc-multilib: it rules out the ARM cross compilers
	g++ libkmod-dev musl-tools pkg-config
	# guests
	busybox-static e2fsprogs mmdebstrap
	# host tests, those of the image and of libkml for ARM included
	g++-arm-linux-gnueabihf gcc-arm-linux-gnueabihf gdb libc6-dev-armhf-cross mandoc qemu-user shellcheck strace
)
series=${KML_SERIES:-6.12}
if [ "$series" = 6.12 ]; then
	packages+=("linux-source-$series")
else
	"${0%/*}/backports.sh" >/dev/null
fi
[ $# != 0 ] || set -- x86_64 arm
for arch; do
	case $arch in
	x86_64) packages+=(qemu-system-x86 bochs bochs-term bochsbios isolinux syslinux-common vgabios xorriso) ;;
	arm) packages+=(fdisk qemu-system-arm) ;;
	arm64) packages+=(g++-aarch64-linux-gnu gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm) ;;
	# of the types that BPF knows
	debian) packages+=(dwarves) ;;
	clang) packages+=(clang lld llvm) ;;
	suites) packages+=(libcap-dev libnuma-dev) ;;
	packages) packages+=(debhelper dh-dkms lintian zstd) ;;
	*)
		echo "deps: unknown architecture or purpose: $arch" >&2
		exit 1
		;;
	esac
done

missing=()
for package in "${packages[@]}"; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} != 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "deps: run as root, or install: ${missing[*]}" >&2
	exit 1
fi
echo "# installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update; apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
	tail -n 40 "$log" >&2
	exit 1
fi
rm -f "$log"
