#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes the guest's root: a minimal Debian of the host's own release as an ext4 image; prints its path. Guests never write to it.

. "$(dirname "$0")/common.sh"

packages=(bash busybox-static coreutils gdb kmod linux-perf mawk procps python3 strace util-linux)
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
# only Debian's own archives: a machine may have others
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
	[ ! -s "$file" ] || sources+=("$file")
done
[ ${#sources[@]} != 0 ] || die "no Debian archive in /etc/apt"

first=$TOP/tests/init/first
key=$(printf '%s\n' "$suite" "${packages[@]}" | key_of "$0" "$first")
image=$KML_CACHE/rootfs/$key.ext4
mkdir -p "${image%/*}"
exec 9>"$KML_CACHE/rootfs/lock"
flock 9
if [ ! -e "$image" ]; then
	say "# making the guest's root ($suite)"
	rm -rf "$KML_CACHE"/rootfs/*.ext4* "$KML_CACHE/rootfs/tree"
	dir=$KML_CACHE/rootfs/tree
	include=$(IFS=,; echo "${packages[*]}")
	run_logged "$LOGS/rootfs.log" mmdebstrap --variant=minbase --include="$include" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' "$suite" "$dir" "${sources[@]}"
	rm -rf "$dir"/var/cache/apt/* "$dir"/var/lib/apt/lists/*
	install -m 755 "$first" "$dir/sbin/kml-first"
	install -d -m 755 "$dir/kml" "$dir/lib/modules" "$dir/trusted/bin"
	# Debian's own programs as trusted ones: copies, since init would take seconds for it under emulation
	install -m 755 "$dir/bin/busybox" "$dir/trusted/busybox"
	install -m 755 "$dir/bin/bash" "$dir/trusted/bin/bash"
	install -m 755 "$(realpath "$dir/usr/bin/python3")" "$dir/trusted/bin/python3"
	# shellcheck disable=SC2016
	chroot "$dir" sh -c 'for f in $(dpkg -L coreutils procps); do
		case $f in /bin/*|/usr/bin/*) [ -L "$f" ] || install -m 755 "$f" /trusted/bin ;; esac; done'
	run_logged "$LOGS/rootfs.log" mke2fs -q -t ext4 -O ^has_journal -L kml-root -d "$dir" "$image.tmp" 2G
	rm -rf "$dir"
	mv "$image.tmp" "$image"
fi
echo "$image"
