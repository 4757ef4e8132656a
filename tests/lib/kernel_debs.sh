#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes linux-image and linux-headers of the prod kernel, or of the flavour that is named, with LOCALVERSION in their names, and prints
# the directory that holds them.
#
# The kernel's own packaging does it, in a copy of the harness's build tree: its commands name the source tree only, so that
# little is compiled anew. Of the packages of one kernel, the newest of each LOCALVERSION are kept.

. "$(dirname "$0")/common.sh"

local=${1:?usage: kernel_debs.sh LOCALVERSION [FLAVOUR]}
flavour=${2:-prod}
. "$TOP/tests/lib/lintian.sh"
contact=$(sed -n 's/^Maintainer: //p' "$TOP/userlib/debian/control")
[ "$KML_ARCH" = x86_64 ] || die "packages are made for x86_64 only"
build=$(realpath "$("$TOP/tests/lib/kernel.sh" "$flavour")")
log=$LOGS/packages-kernel$local.log
packages=$(realpath "$KML_CACHE/packages")
work=$packages/kernel
exec 9>"$packages/kernel.lock"
flock 9

key=$(key_of "$0" <"$build/.kml-key")
out=$packages/linux$local-$key
if [ ! -d "$out" ]; then
	if ! cmp -s "$build/.kml-key" "$work/.kml-key"; then
		rm -rf "$work"
		mkdir "$work"
		cp -a "$build" "$work/build"
		# its tools are built with absolute names: they would be built again, and then all that objtool has checked
		grep -rlF "$build/" "$work/build/tools" --include='.*.cmd' | xargs -r sed -i "s,$build/,$work/build/,g"
		cp "$build/.kml-key" "$work/.kml-key"
	fi
	say "# packaging kernel$local"
	start=$SECONDS
	# of another flavour what comes behind is longer
	rm -rf "$work"/*.deb "$packages/linux$local-"????????????????
	# not while the queue is being applied
	exec 7<"$build/source"
	flock -s 7
	"$build/source/scripts/config" --file "$work/build/.config" --set-str LOCALVERSION "$local"
	run_logged "$log" make -C "$work/build" -j"$(nproc)" olddefconfig
	version=$(make -s -C "$work/build" kernelversion)
	# gzip: quick to unpack for a guest under emulation, and lintian knows it
	DEBFULLNAME=${contact%% <*} DEBEMAIL=$(sed 's/.*<\(.*\)>/\1/' <<<"$contact") run_logged "$log" make -C "$work/build" -j"$(nproc)" KDEB_PKGVERSION="$version-1" \
		KDEB_CHANGELOG_DIST=unstable KDEB_COMPRESS=gzip KBUILD_VERBOSE=0 bindeb-pkg
	# that the headers' programs are not stripped is the kernel's choice
	ask_lintian "$LOGS/lintian$local.log" --suppress-tags unstripped-binary-or-object "$work"/linux-image-*.deb "$work"/linux-headers-*.deb
	mkdir -p "$out.tmp"
	# without linux-libc-dev, which Debian has its own of
	mv "$work"/linux-image-*.deb "$work"/linux-headers-*.deb "$out.tmp"
	mv "$out.tmp" "$out"
	say "# kernel$local: $((SECONDS - start)) s"
fi
echo "$out"
