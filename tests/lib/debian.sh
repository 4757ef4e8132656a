#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes a real Debian (the host's release: systemd, apt, dkms, a compiler; no kernel) as an ext4 image and prints its path.
#
# Its only own part is a unit that runs what the second disk brings. It is copied before it is booted.

. "$(dirname "$0")/common.sh"
. "$TOP/tests/lib/archive.sh"

# libelf and libkmod are dependencies of what the guest installs: its archive has nothing but that
packages=(apt dbus dkms gcc kmod libc6-dev libelf1 libkmod2 login make passwd pkg-config procps systemd systemd-sysv udev zstd)

key=$(printf '%s\n' "$suite" "${packages[@]}" | key_of "$0")
dir=$KML_CACHE/rootfs/debian-tree
image=$KML_CACHE/rootfs/debian-$key.ext4

# What an installer would have asked, and the unit.
configure()
{
	echo "kml" >"$dir/etc/hostname"
	echo "/dev/vda / ext4 errors=remount-ro 0 1" >"$dir/etc/fstab"
	# no first boot: that would be another system than an installed one
	echo "0123456789abcdef0123456789abcdef" >"$dir/etc/machine-id"
	rm -rf "$dir"/etc/apt/sources.list "$dir"/etc/apt/sources.list.d/* "$dir"/var/cache/apt/* "$dir"/var/lib/apt/lists/*
	echo "deb [trusted=yes] file:/mnt/archive ./" >"$dir/etc/apt/sources.list"
	cat >"$dir/etc/systemd/system/kml-test.service" <<-EOF
		[Unit]
		Description=What the second disk brings
		After=systemd-modules-load.service systemd-user-sessions.service

		[Service]
		Type=exec
		ExecStart=/bin/sh -c 'mount -t ext4 -o ro /dev/vdb /mnt && exec bash /mnt/guest'
		StandardInput=null
		StandardOutput=tty
		TTYPath=/dev/console

		[Install]
		WantedBy=multi-user.target
	EOF
	mkdir -p "$dir/etc/systemd/system/multi-user.target.wants"
	ln -s ../kml-test.service "$dir/etc/systemd/system/multi-user.target.wants/kml-test.service"
	# nobody logs in, and nothing is fetched
	for unit in getty@.service serial-getty@.service apt-daily.timer apt-daily-upgrade.timer; do
		ln -sf /dev/null "$dir/etc/systemd/system/$unit"
	done
}

exec 9>"$KML_CACHE/rootfs/debian.lock"
flock 9
if [ ! -e "$image" ]; then
	say "# making a Debian ($suite)"
	rm -rf "$KML_CACHE"/rootfs/debian-*
	run_logged "$LOGS/debian.log" mmdebstrap --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" \
		--customize-hook='chroot "$1" useradd -m -s /bin/bash worker' "$suite" "$dir" "${sources[@]}"
	configure
	run_logged "$LOGS/debian.log" mke2fs -q -t ext4 -L kml-debian -d "$dir" "$image.tmp" 3G
	rm -rf "$dir"
	mv "$image.tmp" "$image"
fi
echo "$image"
