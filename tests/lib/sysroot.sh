#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Extracts what the kml command is linked with for another architecture, libkmod and libelf with their headers, from Debian's own
# archive, and prints the directory. No C library: the cross compiler has its own.

. "$(dirname "$0")/common.sh"

case $KML_ARCH in
arm) debian=armhf multiarch=arm-linux-gnueabihf ;;
*) die "not for cross builds: $KML_ARCH" ;;
esac
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
dir=$KML_CACHE/sysroot/$KML_ARCH-$suite
mkdir -p "${dir%/*}"
exec 9>"${dir%/*}/lock"
flock 9
if [ ! -e "$dir" ]; then
	say "# extracting libkmod and libelf for $debian"
	rm -rf "$dir".{tmp,sources,all}
	mkdir -p "$dir.sources"
	# without the archive of security updates, as the guest's root (rootfs.sh)
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
		[ -s "$file" ] || continue
		case $file in
		*.sources) awk 'BEGIN { RS = ""; ORS = "\n\n" } !/security/' "$file" ;;
		*) grep -v security "$file" ;;
		esac >"$dir.sources/${file##*/}"
	done
	run_logged "$LOGS/${TAG}sysroot.log" mmdebstrap --variant=extract --include=libkmod-dev,libelf-dev \
		--architectures="$debian" "$suite" "$dir.all" "$dir.sources"/*
	mkdir -p "$dir.tmp/include" "$dir.tmp/lib"
	cp "$dir.all"/usr/include/{libkmod.h,libelf.h,gelf.h} "$dir.tmp/include"
	# and what these need in turn
	find "$dir.all"/{usr/lib,lib}/"$multiarch" -regextype egrep -regex '.*/lib(kmod|elf|z|lzma|zstd|crypto)[-.].*so.*' ! -lname '/*' \
		-exec cp -a -t "$dir.tmp/lib" {} +
	rm -rf "$dir.sources" "$dir.all"
	mv "$dir.tmp" "$dir"
fi
echo "$dir"
