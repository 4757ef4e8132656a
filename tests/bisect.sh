#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every patch of the queue builds without a warning and boots, with those before it: somebody who bisects a kernel with the queue
# in it must not stop at our fault. One tree per architecture goes from patch to patch, so each costs what it changes.
#
#   tests/bisect.sh [--arch x86_64|arm]... [FIRST [LAST]]	(default: both architectures, all patches)

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/ktap.sh"

archs=()
while [ "${1-}" = --arch ]; do
	archs+=("${2:?}")
	shift 2
done
[ ${#archs[@]} != 0 ] || archs=(x86_64 arm)
mapfile -t patches < <(sed -E '/^[[:space:]]*(#|$)/d; s/[[:space:]].*//' "$TOP/core-patch/$KML_SERIES/series")
first=${1:-1}
last=${2:-${#patches[@]}}

if [ "${KML_BISECT-}" != y ]; then
	steps=()
	for arch in "${archs[@]}"; do
		steps+=("env KML_BISECT=y KML_ARCH=$arch $0 $first $last")
	done
	lock_run
	report_steps "${steps[@]}"
	exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=$KML_CACHE/bisect

# A checkout whose series ends where it should, and a guest that only starts.
prepare()
{
	local stock

	mkdir -p "$work/tree" "$work/disk"/{modules,root,tests} "$cache/kernel"
	tar -C "$TOP" -cf - -T <(sources_of_checkout dkms.conf core-patch tests) | tar -xf - -C "$work/tree"
	# the source is unpacked once; nobody writes to it
	stock=$("$TOP/tests/lib/kernel.sh" source)
	stock=${stock#"$KML_CACHE/kernel/"}
	if [ ! -e "$cache/kernel/$stock" ]; then
		mkdir -p "$cache/kernel/${stock%/*}"
		rm -rf "$cache/kernel/$stock.tmp"
		cp -al "$KML_CACHE/kernel/$stock" "$cache/kernel/$stock.tmp"
		mv "$cache/kernel/$stock.tmp" "$cache/kernel/$stock"
	fi
	install -m 755 "$TOP/tests/init/init" "$work/disk/init"
	touch "$work/disk/no-module" "$work/disk/list.bisect"
	run_logged "$LOGS/bisect-disk.log" mke2fs -q -t ext4 -O ^has_journal -L kml-run -d "$work/disk" "$work/disk.ext4" 16M
}

# try NUMBER: with so many patches
try()
{
	local name=${patches[$1 - 1]} build status=0 board=EPYC

	printf '%s\n' "${patches[@]:0:$1}" >"$work/tree/core-patch/$KML_SERIES/series"
	say "# bisect $KML_ARCH: $1 of ${#patches[@]}, $name"
	build=$(KML_CACHE=$cache "$work/tree/tests/lib/kernel.sh" prod) || status=$?
	verdict $status "$KML_ARCH: $name builds" "log: $cache/logs/kernel-${TAG}prod.log"
	[ $status = 0 ] || return 0
	[ "$KML_ARCH" = x86_64 ] || board=virt
	boot_guest bisect "$build/$IMAGE" "$work/disk.ext4" "$board" '' 300 || status=$?
	awk -v boot=bisect -f "$TOP/tests/lib/results.awk" "$LOGS/bisect.console" /dev/null "$LOGS/bisect.verdict" |
		grep -q '^ok - ' || status=1
	verdict $status "$KML_ARCH: $name boots" "logs: $LOGS/bisect.*"
}

prepare
for ((number = first; number <= last; number++)); do
	try $number
done
