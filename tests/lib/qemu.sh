# SPDX-License-Identifier: GPL-2.0-only
# Boots one guest under QEMU's TCG: a cached root that is never written to, and a second disk with what this run brings.
# shellcheck shell=bash

# What a board is: "qemu", its command, and "append", what its kernel is told. Each takes from boot_guest: name kernel disk root
# board socket. Where there is no virtio port, the guest reports over a serial port.

# The boards whose devices are virtio: virtio_devices BUS
virtio_devices()
{
	qemu+=(
		-device "virtio-rng-$1"
		-serial "file:$LOGS/$name.console"
		-device "virtio-serial-$1"
		-chardev "file,id=verdict,path=$LOGS/$name.verdict" -device "virtserialport,chardev=verdict,name=kml.verdict"
		-chardev "socket,id=monitor,path=$socket,server=on,wait=off" -mon "chardev=monitor"
		-chardev "socket,id=port,path=$socket" -device "virtserialport,chardev=port,name=kml.monitor"
	)
}

# The last device is found first.
mmio_devices()
{
	qemu+=(
		-drive "file=$disk,format=raw,if=none,id=disk,readonly=on" -device "virtio-blk-device,drive=disk"
		-drive "file=$root,format=raw,if=none,id=root,snapshot=on" -device "virtio-blk-device,drive=root"
	)
	virtio_devices device
	append="root=/dev/vda console=ttyAMA0"
}

# host_tsc: the frequency of the TSC that a guest of TCG reads, in kHz
host_tsc()
{
	local program=$KML_CACHE/guest/host_tsc

	# several guests begin at once, and none may run what another one is writing
	if ! [ "$program" -nt "$TOP/tests/lib/host_tsc.c" ]; then
		gcc -O2 -o "$program.$BASHPID" "$TOP/tests/lib/host_tsc.c" && mv "$program.$BASHPID" "$program"
	fi
	"$program"
}

# On a busy host a guest finds a frequency of the TSC that is wrong by a factor of 20 (and lets its tests time out), is never sure
# of the TSC (and has no high resolution timers), or misses the timer's first interrupt: so it is told, and looks for none of these.
#
# Without cmpxchg16b: an interrupt right after it has QEMU 7 save flags that are none, and with DF among them the kernel's next
# string instruction runs backwards through its memory. A stock kernel with a timerfd of 10 kHz and a loop of forks dies of it in
# half a minute.
#
# Once it has been suspended it cannot switch itself off, with any kernel; it can restart, which ends it here, too.
board_pc()
{
	qemu=(
		qemu-system-x86_64 -machine q35 -cpu "$board,-cx16" -smp 2 -m 1536
		-drive "file=$root,format=raw,if=virtio,snapshot=on"
		-drive "file=$disk,format=raw,if=virtio,readonly=on"
	)
	virtio_devices pci
	append="root=/dev/vda console=ttyS0 tsc=reliable no_timer_check tsc_early_khz=$(host_tsc) KML_OFF=b"
}

board_virt()
{
	qemu=(qemu-system-arm -machine "virt,gic-version=2" -cpu cortex-a15 -smp 2 -m 1024)
	mmio_devices
}

# virt_arm64 CPU MACHINE: the board virt with this CPU. The kernel gets a seed from the board, and so isolates its page tables.
virt_arm64()
{
	qemu=(qemu-system-aarch64 -machine "virt,gic-version=$2" -cpu "$1" -smp 2 -m 1536)
	mmio_devices
}

# as a Raspberry Pi 4 has it; no PAN
board_a72()
{
	virt_arm64 cortex-a72 2
}

# the kernel stays at EL2
board_a76()
{
	virt_arm64 cortex-a76 3,virtualization=on
}

# all that QEMU has: pointer authentication, BTI, E0PD. What a kernel with KML must be told is in tests/boots.arm64.
board_max()
{
	virt_arm64 max,pauth-impdef=on 3
}

board_vexpress()
{
	# it has a sound device, and QEMU looks for the host's
	export QEMU_AUDIO_DRV=none
	qemu=(qemu-system-arm -machine vexpress-a15 -smp 2 -m 1024 -dtb "${kernel%/arch/*}/dtbs/vexpress-v2p-ca15-tc1.dtb")
	mmio_devices
}

# Both disks are partitions of one SD card: QEMU gives a card to the first controller only. The card is 2 GB, as sizes are
# powers of two. There is no way to switch the board off, but a reset ends QEMU, too.
board_sabrelite()
{
	local card=$KML_CACHE/guest/$name.card

	rm -f "$card"
	truncate -s 2G "$card"
	printf '2048,2097152,L\n2099200,1048576,L\n' | sfdisk -q "$card"
	dd if="$root" of="$card" bs=1M seek=1 conv=notrunc,sparse status=none
	dd if="$disk" of="$card" bs=1M seek=1025 conv=notrunc,sparse status=none
	qemu=(
		qemu-system-arm -machine sabrelite -smp 4 -m 1024 -dtb "${kernel%/arch/*}/dtbs/imx6q-sabrelite.dtb"
		-drive "file=$card,format=raw,if=none,id=card,snapshot=on" -device "sd-card,drive=card"
		-serial "file:$LOGS/$name.verdict" -serial "file:$LOGS/$name.console"
	)
	append="root=/dev/mmcblk1p1 rootwait console=ttymxc1 KML_DISK=/dev/mmcblk1p2 KML_PORT=/dev/ttymxc0 KML_OFF=b"
}

# ran_stale_int3 CONSOLE: did QEMU kill this guest as tests/lib/stale_int3.awk tells?
ran_stale_int3()
{
	local version

	[ "$KML_ARCH" = x86_64 ] || return 1
	version=$(qemu-system-x86_64 --version | sed -n 's/^QEMU emulator version \([0-9]*\)\..*/\1/p')
	[ "${version:-0}" -le 7 ] && awk -f "$TOP/tests/lib/stale_int3.awk" "$1"
}

# boot_guest NAME KERNEL DISK BOARD APPEND TIMEOUT [QEMU OPTION...]
#
# BOARD is a CPU model of the PC, an ARM board, or the name of an arm64 CPU. The guest reports over the virtio port kml.verdict, kept in LOGS/NAME.verdict;
# its console goes to LOGS/NAME.console. Its port kml.monitor is QEMU's own monitor, so that a test can inject NMIs and machine
# checks. All processors of a guest NAME-single are one thread of QEMU. Fails when QEMU does, when time is up, or when the guest's
# last word is not "done". The root is the guests' own, or $guest_root.
boot_guest()
{
	local name=$1 kernel=$2 disk=$3 board=$4 own=$5 timeout=$6 root status=0 socket qemu append accel=tcg
	shift 6

	root=${guest_root:-$("$TOP/tests/lib/rootfs.sh")}
	socket=$(mktemp -u "/tmp/kml-monitor.XXXXXX")
	rm -f "$LOGS/$name".*
	if [ "$KML_ARCH" = x86_64 ]; then
		board_pc
	else
		"board_$board"
	fi
	[[ $name != *-single ]] || accel+=,thread=single
	# there the TSC counts instructions, and what the kernel finds is right
	[[ " $* " != *" -icount "* ]] || append+=" tsc_early_khz=0"
	timeout -k 5 "$timeout" "${qemu[@]}" -no-user-config -nodefaults -display none -no-reboot -accel "$accel" -kernel "$kernel" \
		-append "$append ro init=/sbin/kml-first panic=-1 KML_BOOT=$name $own" \
		"$@" >"$LOGS/$name.qemu" 2>&1 </dev/null || status=$?
	rm -f "$socket" "$KML_CACHE/guest/$name.card"
	if [ "$status" = 0 ] && [ "$(tail -n 1 "$LOGS/$name.verdict" 2>/dev/null)" = "done" ]; then
		return 0
	fi
	say "# guest $name did not end well (qemu: $status; logs: $LOGS/$name.*)"
	tail -n 40 "$LOGS/$name.qemu" "$LOGS/$name.console" >&2 || :
	return 1
}
