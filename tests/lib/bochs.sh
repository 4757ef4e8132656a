# SPDX-License-Identifier: GPL-2.0-only
# Boots one guest in Bochs, which has CPUs that QEMU's TCG lacks. It takes no kernel by itself and knows no virtio: a CD brings
# kernel and root, and what is said on the serial port is what comes out.
# shellcheck shell=bash

# bochs_cpu: the newest model with indirect branch tracking that this Bochs has
bochs_cpu()
{
	local models model

	models=$("$1" --help cpu 2>&1 || :)
	for model in arrow_lake tigerlake; do
		! grep -qx "$model" <<<"$models" || { echo "$model"; return; }
	done
	die "Bochs has no CPU with indirect branch tracking: take Debian 12's or a newer one"
}

# make_cd DIR KERNEL INITRD: DIR/cd.iso. The HPET stands still in Bochs; without being told, a kernel measures 4.2 GHz.
make_cd()
{
	mkdir -p "$1/cd/isolinux"
	cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$1/cd/isolinux/"
	cp "$2" "$1/cd/vmlinuz"
	cp "$3" "$1/cd/initrd"
	cat >"$1/cd/isolinux/isolinux.cfg" <<-END
		default linux
		prompt 0
		timeout 1
		label linux
		 kernel /vmlinuz
		 append initrd=/initrd console=ttyS0,115200 loglevel=1 panic=-1 hpet=disable tsc=reliable tsc_early_khz=100000
	END
	xorriso -as mkisofs -quiet -o "$1/cd.iso" -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
		-boot-info-table "$1/cd" 2>/dev/null
}

# boot_bochs NAME DIR LIMIT: from DIR/cd.iso, for LIMIT seconds; LOGS/NAME.console is the serial port
boot_bochs()
{
	local bochs help command

	bochs=$(command -v bochs-bin || command -v bochs) || die "bochs is missing: run 'make deps'"
	cat >"$2/bochsrc" <<-END
		display_library: term
		cpu: model=$(bochs_cpu "$bochs"), count=1, ips=100000000, reset_on_triple_fault=0, ignore_bad_msrs=1
		memory: guest=512, host=512
		ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
		ata0-master: type=cdrom, path=$2/cd.iso, status=inserted
		boot: cdrom
		com1: enabled=1, mode=file, dev=$LOGS/$1.console
		log: $LOGS/$1.bochs
		panic: action=fatal
		error: action=report
		clock: sync=none, time0=utc
	END
	rm -f "$LOGS/$1.console"
	command="$bochs -q -f $2/bochsrc"
	# one with a debugger waits for the word to go
	help=$("$bochs" --help 2>&1 || :)
	if grep -q '^ *-rc ' <<<"$help"; then
		echo c >"$2/go"
		command+=" -rc $2/go"
	fi
	# its only display without X wants a terminal
	TERM=vt100 timeout "$3" script -qc "$command" /dev/null >/dev/null 2>&1 </dev/null || :
	touch "$LOGS/$1.console"
}
