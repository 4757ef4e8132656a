#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes the guest's second disk for one flavour: init, modules, programs and, given a plan, the list of each boot; prints its path.

. "$(dirname "$0")/common.sh"

flavour=${1:?usage: disk.sh FLAVOUR [FILE...]}
shift
modules=$("$TOP/tests/lib/module.sh" "$flavour" --skip-allowed)
dir=$KML_CACHE/guest/$TAG$flavour.tree
image=$KML_CACHE/guest/$TAG$flavour.ext4

rm -rf "$dir"
mkdir -p "$dir"
cp "$TOP/tests/init/init" "$@" "$dir"
chmod 755 "$dir/init"
cp -a "$KML_CACHE/guest/${ARCH_TAG}programs/tests" "$KML_CACHE/guest/${ARCH_TAG}programs/root" "$dir"
cp -a "$modules/lib/modules" "$dir/modules"
rm -f "$dir"/modules/*/build
# a second module, for the test that swaps them, and its programs that take the prod kernel
if grep -qs '^common/versions ' "$@" /dev/null && [ -e "$(find "$dir/modules" -name 'kml.ko')" ]; then
	crc=$("$TOP/tests/lib/programs.sh" --crc)
	cp -a "$crc/." "$dir/tests"
	changed=$("$TOP/tests/lib/module.sh" "$flavour" --changed)
	install -D -m 644 "$(find "$changed/lib/modules" -name 'kml.ko')" "$dir/changed/kml.ko"
fi
[ -e "$(find "$dir/modules" -name 'kml.ko')" ] || touch "$dir/no-module"
run_logged "$LOGS/disk.log" mke2fs -q -t ext4 -O ^has_journal -L kml-run -d "$dir" "$image.tmp" 512M
mv "$image.tmp" "$image"
rm -rf "$dir"
echo "$image"
