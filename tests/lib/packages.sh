#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds kml-dkms, libkml1, libkml-dev and kml-tools from this checkout, asks lintian, and prints the directory that holds them.
#
# The source package is what git knows or would add of the directories that go into it, with userlib/debian at its top. Its
# version is that of dkms.conf.

. "$(dirname "$0")/common.sh"
. "$TOP/tests/lib/lintian.sh"

packages=$KML_CACHE/packages
work=$packages/source
log=$LOGS/packages-kml.log
exec 9>"$packages/source.lock"
flock 9

# assemble DIR: the source package's tree
assemble()
{
	local dir=$1

	mkdir -p "$dir"
	tar -C "$TOP" -cf - "${files[@]}" | tar -C "$dir" -xf -
	mv "$dir/userlib/debian" "$dir/debian"
	sed -e "s/@VERSION@/$KML_VERSION/" -e "s/@DATE@/$(date -R -d "@$(stat -c %Y "$TOP/dkms.conf")")/" \
		"$dir/debian/changelog.in" >"$dir/debian/changelog"
	rm "$dir/debian/changelog.in"
}

mapfile -t files < <(sources_of_checkout dkms.conf kml-mod kml-vdso userlib)
tools=$(dpkg-query -W -f '${Package} ${Version}\n' debhelper dh-dkms gcc lintian)
key=$(cd "$TOP" && { echo "$tools"; stat -c %a "${files[@]}"; } | key_of "$0" "$TOP/tests/lib/lintian.sh" "${files[@]}")
out=$packages/kml-$key
if [ ! -d "$out" ]; then
	say "# building packages of $KML_VERSION"
	rm -rf "$work" "$packages"/kml-*
	assemble "$work/kml-$KML_VERSION"
	(cd "$work/kml-$KML_VERSION" && run_logged "$log" dpkg-buildpackage -us -uc -b)
	ask_lintian "$LOGS/lintian.log" "$work"/*.changes
	mkdir "$work/out"
	mv "$work"/*.deb "$work"/*.changes "$work"/*.buildinfo "$work/out"
	mv "$work/out" "$out"
	rm -rf "$work"
fi
echo "$out"
