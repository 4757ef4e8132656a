#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The packages in a real Debian, from the stock kernel through two of theirs to a purge, as KTAP; the last line is the count of
# all results. The same disk is booted three times, each time with the newest kernel that is installed on it.
#
#   tests/full.sh

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/qemu.sh"
. "$TOP/tests/lib/ktap.sh"

# BOOT and its steps (tests/full/steps.sh)
plan=(
	"full-stock system install dkms trust"
	"full-first first upgrade"
	"full-second second remove purge"
)
limit=2400
# the newest release is what a boot loader takes: the second one must look newer
local_first=-kml1
local_second=-kml2

lock_run
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
disk=$KML_CACHE/guest/full-debian.ext4
second_disk=$KML_CACHE/guest/full-run.ext4

# release_of DIR: of the kernel whose package is there
release_of()
{
	local file

	file=$(cd "$1" && echo linux-headers-*.deb)
	file=${file#linux-headers-}
	echo "${file%%_*}"
}

# What the guest finds on its second disk: an archive for apt, the steps, and what they need to know.
bring()
{
	local debs first second line

	debs=$("$TOP/tests/lib/packages.sh")
	first=$("$TOP/tests/lib/kernel_debs.sh" $local_first)
	second=$("$TOP/tests/lib/kernel_debs.sh" $local_second)
	mkdir -p "$work/disk/archive"
	cp "$debs"/*.deb "$first"/*.deb "$second"/*.deb "$work/disk/archive"
	rm "$work/disk/archive"/*-dbgsym_*.deb
	(cd "$work/disk/archive" && dpkg-scanpackages . >Packages 2>"$LOGS/full-archive.log") ||
		die "dpkg-scanpackages failed (log: $LOGS/full-archive.log)"
	cp "$TOP"/tests/full/{steps.sh,hello.c} "$TOP/tests/common/ktap.sh" "$work/disk"
	cp "$TOP/tests/full/guest.sh" "$work/disk/guest"
	printf '%s\n' "first=$(release_of "$first")" "second=$(release_of "$second")" "version=$KML_VERSION" >"$work/disk/releases"
	for line in "${plan[@]}"; do
		tr ' ' '\n' <<<"${line#* }" >"$work/disk/list.${line%% *}"
	done
	run_logged "$LOGS/full-disk.log" mke2fs -q -t ext4 -L kml-run -d "$work/disk" "$second_disk" 512M
}

# installed_kernel: the newest kernel in the disk's /boot, as a boot loader would read it
installed_kernel()
{
	local name

	name=$(debugfs -R 'ls -p /boot' "$disk" 2>/dev/null | sed -nE 's,.*/(vmlinuz-[^/]*)/.*,\1,p' | sort -V | tail -n 1)
	[ -n "$name" ] || return 1
	debugfs -R "dump /boot/$name $work/vmlinuz" "$disk" 2>/dev/null
	say "# the boot loader takes $name"
	[ -s "$work/vmlinuz" ]
}

# boot NAME KERNEL: results on stdout; a second try only when QEMU killed it (tests/README.md), from the disk as it was before
boot()
{
	local name=$1 kernel=$2 began=$SECONDS status try qemu append again=''
	local root=$disk socket=$work/monitor board=EPYC

	cp --sparse=always "$disk" "$disk.before"
	for try in 1 2 3; do
		rm -f "$LOGS/$name".*
		board_pc_writable
		status=0
		timeout -k 5 $limit "${qemu[@]}" -no-user-config -nodefaults -display none -no-reboot -accel tcg -kernel "$kernel" \
			-append "$append rw panic=-1 systemd.show_status=false KML_BOOT=$name" >"$LOGS/$name.qemu" 2>&1 </dev/null || status=$?
		touch "$LOGS/$name.console" "$LOGS/$name.verdict"
		{ [ $try != 3 ] && ran_stale_int3 "$LOGS/$name.console"; } || break
		again+="# $name: booted again, as QEMU ran an int3 that was no longer in memory"$'\n'
		cp --sparse=always "$disk.before" "$disk"
	done
	rm -f "$disk.before"
	echo "# $name: $(sed -nE 's/^kernel ([^ ]*) .*/\1/p' "$LOGS/$name.verdict"), $((SECONDS - began)) s"
	printf '%s' "$again"
	awk -v boot="$name" -f "$TOP/tests/lib/results.awk" "$LOGS/$name.console" "$work/disk/list.$name" "$LOGS/$name.verdict"
	if [ $status != 0 ] || [ "$(tail -n 1 "$LOGS/$name.verdict")" != "done" ]; then
		say "# guest $name did not end well (qemu: $status; logs: $LOGS/$name.*)"
		tail -n 40 "$LOGS/$name.qemu" "$LOGS/$name.console" "$LOGS/$name.verdict" >&2 || :
		return 1
	fi
}

# The same PC as others boot, but what it writes stays.
board_pc_writable()
{
	local disk=$second_disk i

	board_pc
	for i in "${!qemu[@]}"; do
		qemu[i]=${qemu[i]/,snapshot=on/}
	done
}

# A guest that does not end well ends it all: what comes after builds on it.
run_boots()
{
	local line name status=0

	for line in "${plan[@]}"; do
		name=${line%% *}
		say "# booting $name"
		if ! boot "$name" "$kernel"; then
			verdict 1 "$name: the guest did not end well; what comes after it is left out"
			return
		fi
		if ! installed_kernel && [ "$line" != "${plan[-1]}" ]; then
			verdict 1 "$name: no kernel in /boot"
			return
		fi
		kernel=$work/vmlinuz
	done
	e2fsck -fn "$disk" >"$LOGS/full-fsck.log" 2>&1 || status=$?
	verdict "$status" "the disk is sound" "log: $LOGS/full-fsck.log"
	rm -f "$disk"
}

packages_and_guest()
{
	local kernel

	bring
	verdict 0 "packages are built, lintian finds no error"
	kernel=$("$TOP/tests/lib/kernel.sh" stock)/$IMAGE
	cp --sparse=always "$("$TOP/tests/lib/debian.sh")" "$disk"
	run_boots
}

report_steps packages_and_guest
