#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes the guest's root: a minimal Debian of the host's own release as an ext4 image; prints its path. Guests never write to it.
# "rootfs.sh suites" makes the one of loads.sh and suites.sh, which has what people run and test with, too.
#
# A root of another architecture is extracted, not installed: nothing in it need run on this machine.

. "$(dirname "$0")/common.sh"
. "$TOP/tests/lib/archive.sh"

packages=(bash busybox-static coreutils gdb kmod mawk procps python3 strace util-linux)
[ "$KML_ARCH" != x86_64 ] || packages+=(linux-perf)
# programs with a JIT; x86_64's root for suites has them
[ "$KML_ARCH" != arm64 ] || packages+=(default-jre-headless luajit nodejs)
kind=${1-}
case $kind in
'') ;;
suites)
	packages+=(apache2-utils caddy default-jdk-headless nginx-light nodejs redis-server redis-tools sqlite3)
	# which Python it is has the release's package in its name
	packages+=(libcap2 libnuma1 '?name(^libpython3\.[0-9]+-testsuite$)' stress-ng)
	;;
*) die "usage: rootfs.sh [suites]" ;;
esac
# what a root has without asking when it is installed
essential=(base-files base-passwd dash debianutils diffutils findutils grep gzip hostname libc-bin mount sed tar)

first=$TOP/tests/init/first
key=$(printf '%s\n' "$suite" "$KML_ARCH" "${packages[@]}" "${essential[@]}" | key_of "$TOP/tests/lib/rootfs.sh" "$first")
prefix=$KML_CACHE/rootfs/${ARCH_TAG:-x86_64-}${kind:+$kind-}
dir=${prefix}tree
image=$prefix$key.ext4

# bootstrap VARIANT PACKAGE... -- ARGUMENT...
bootstrap()
{
	local variant=$1 include=()
	shift

	while [ "$1" != -- ]; do
		include+=("$1")
		shift
	done
	shift
	run_logged "$LOGS/${ARCH_TAG}rootfs.log" mmdebstrap --variant="$variant" --include="$(IFS=,; echo "${include[*]}")" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' "$@"
}

root_x86_64()
{
	# Java's packages want a directory for manuals
	bootstrap minbase "${packages[@]}" -- --essential-hook='mkdir -p "$1/usr/share/man/man1"' "$suite" "$dir" "${sources[@]}"
}

# root_extracted ARCHITECTURE: with what the packages' scripts would have made.
root_extracted()
{
	local part

	sources_without_security "$dir.sources"
	bootstrap extract "${packages[@]}" "${essential[@]}" -- \
		--architectures="$1" "$suite" "$dir" "$dir.sources"/*
	rm -rf "$dir.sources" "$dir"/usr/share/{doc,man,locale}
	for part in bin sbin lib; do
		[ ! -L "$dir/$part" ] || continue
		cp -a "$dir/$part/." "$dir/usr/$part"
		rm -r "${dir:?}/$part"
		ln -s "usr/$part" "$dir/$part"
	done
	for part in passwd group; do
		cp "$dir/usr/share/base-passwd/$part.master" "$dir/etc/$part"
	done
	ln -sf mawk "$dir/usr/bin/awk"
	[ -e "$dir/bin/sh" ] || ln -s dash "$dir/bin/sh"
}

root_arm()
{
	root_extracted armhf
}

root_arm64()
{
	root_extracted arm64
}

# trusted_tools: Debian's own programs as trusted ones, copies, since init would take seconds for it under emulation. An
# extracted root has no lists of its own, but this machine's are those of the same release.
trusted_tools()
{
	local file info=$dir/var/lib/dpkg/info

	[ -e "$info/coreutils.list" ] || info=/var/lib/dpkg/info
	install -m 755 "$dir/bin/busybox" "$dir/trusted/busybox"
	install -m 755 "$dir/bin/bash" "$dir/trusted/bin/bash"
	install -m 755 "$(realpath "$dir/usr/bin/python3")" "$dir/trusted/bin/python3"
	cat "$info"/{coreutils,procps}.list 2>/dev/null | sed -nE 's,^(/usr)?(/bin/.*),\2,p' | while read -r file; do
		[ -L "$dir$file" ] || [ ! -f "$dir$file" ] || install -m 755 "$dir$file" "$dir/trusted/bin"
	done
}

exec 9>"$KML_CACHE/rootfs/lock"
flock 9
if [ ! -e "$image" ]; then
	say "# making the guest's root ($suite, $KML_ARCH${kind:+, $kind})"
	# keys are of hexadecimal digits, kinds are not
	rm -rf "$prefix"[0-9a-f][0-9a-f]*.ext4* "$dir"
	size=2G
	[ "$kind" != suites ] || size=4G
	# half of an SD card
	[ "$KML_ARCH" != arm ] || size=1G
	"root_$KML_ARCH"
	rm -rf "$dir"/var/cache/apt/* "$dir"/var/lib/apt/lists/*
	install -m 755 "$first" "$dir/sbin/kml-first"
	install -d -m 755 "$dir/kml" "$dir/lib/modules" "$dir/trusted/bin"
	trusted_tools
	run_logged "$LOGS/${ARCH_TAG}rootfs.log" mke2fs -q -t ext4 -O ^has_journal -L kml-root -d "$dir" "$image.tmp" "$size"
	rm -rf "$dir"
	mv "$image.tmp" "$image"
fi
echo "$image"
