# SPDX-License-Identifier: GPL-2.0-only
# Boots one guest under QEMU's TCG: a cached root that is never written to, and a second disk with what this run brings.
# shellcheck shell=bash

# boot_guest NAME KERNEL DISK CPU APPEND TIMEOUT [QEMU OPTION...]
#
# The guest reports over the virtio port kml.verdict, kept in LOGS/NAME.verdict; its console goes to LOGS/NAME.console.
# Its port kml.monitor is QEMU's own monitor, so that a test can inject NMIs and machine checks.
# Fails when QEMU does, when time is up, or when the guest's last word is not "done".
boot_guest()
{
	local name=$1 kernel=$2 disk=$3 cpu=$4 append=$5 timeout=$6 root status=0 socket
	shift 6

	root=$("$TOP/tests/lib/rootfs.sh")
	socket=$(mktemp -u "/tmp/kml-monitor.XXXXXX")
	rm -f "$LOGS/$name".*
	timeout -k 5 "$timeout" qemu-system-x86_64 -no-user-config -nodefaults -display none -no-reboot \
		-machine q35 -accel tcg -cpu "$cpu" -smp 2 -m 1536 \
		-kernel "$kernel" \
		-append "root=/dev/vda ro init=/sbin/kml-first console=ttyS0 panic=-1 KML_BOOT=$name $append" \
		-drive "file=$root,format=raw,if=virtio,snapshot=on" \
		-drive "file=$disk,format=raw,if=virtio,readonly=on" \
		-device virtio-rng-pci \
		-serial "file:$LOGS/$name.console" \
		-device virtio-serial-pci \
		-chardev "file,id=verdict,path=$LOGS/$name.verdict" -device virtserialport,chardev=verdict,name=kml.verdict \
		-chardev "socket,id=monitor,path=$socket,server=on,wait=off" -mon chardev=monitor \
		-chardev "socket,id=port,path=$socket" -device virtserialport,chardev=port,name=kml.monitor \
		"$@" >"$LOGS/$name.qemu" 2>&1 </dev/null || status=$?
	rm -f "$socket"
	if [ "$status" = 0 ] && [ "$(tail -n 1 "$LOGS/$name.verdict" 2>/dev/null)" = "done" ]; then
		return 0
	fi
	say "# guest $name did not end well (qemu: $status; logs: $LOGS/$name.*)"
	tail -n 40 "$LOGS/$name.qemu" "$LOGS/$name.console" >&2 || :
	return 1
}
