#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Extracts what the kml command is linked with for another architecture, libkmod and libelf with their headers, from Debian's own
# archive, and prints the directory. No C library: the cross compiler has its own.

. "$(dirname "$0")/common.sh"
. "$TOP/tests/lib/archive.sh"

case $KML_ARCH in
arm) debian=armhf multiarch=arm-linux-gnueabihf ;;
arm64) debian=arm64 multiarch=aarch64-linux-gnu ;;
*) die "not for cross builds: $KML_ARCH" ;;
esac
dir=$KML_CACHE/sysroot/$KML_ARCH-$suite
exec 9>"${dir%/*}/lock"
flock 9
if [ ! -e "$dir" ]; then
	say "# extracting libkmod and libelf for $debian"
	rm -rf "$dir".{tmp,sources,all}
	sources_without_security "$dir.sources"
	run_logged "$LOGS/${ARCH_TAG}sysroot.log" mmdebstrap --variant=extract --include=libkmod-dev,libelf-dev \
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
