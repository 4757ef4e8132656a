# SPDX-License-Identifier: GPL-2.0-only
# Boots one guest in Bochs, which has CPUs that QEMU's TCG lacks, and reports what ran in it. Bochs takes no kernel by itself and
# knows no virtio: a CD brings kernel and root, and what is said on the serial port is what comes out.
# shellcheck shell=bash

# use_bochs MODEL...: the first of these CPU models that this machine's Bochs has, or that of a newer Debian; BOCHS is the command
# then, BOCHS_CPU the model
use_bochs()
{
	local command

	command=$(command -v bochs-bin || command -v bochs) || die "bochs is missing: run 'make deps'"
	BOCHS=("$command")
	BOCHS_ROMS=/usr/share
	choose_cpu "$@" && return
	newer_bochs trixie
	choose_cpu "$@" || die "no Bochs with one of these CPUs: $*"
}

choose_cpu()
{
	local models

	models=$("${BOCHS[@]}" --help cpu 2>&1 || :)
	for BOCHS_CPU; do
		! grep -qx "$BOCHS_CPU" <<<"$models" || return 0
	done
	return 1
}

# newer_bochs SUITE: unpacked only; its own loader finds what it takes, so nothing needs root
newer_bochs()
{
	local root=$KML_CACHE/rootfs/bochs-$1 lib

	. "$TOP/tests/lib/archive.sh"
	exec 5>"$root.lock"
	flock 5
	if [ ! -d "$root" ]; then
		say "# unpacking Bochs ($1)"
		rm -rf "$root.tmp" "$root.sources"
		sources_of "$1" "$root.sources"
		run_logged "$LOGS/bochs-$1.log" mmdebstrap --variant=extract --include=bochs,bochs-term,bochsbios,vgabios "$1" \
			"$root.tmp" "$root.sources"/*
		mv "$root.tmp" "$root"
	fi
	exec 5>&-
	lib=$root/usr/lib/x86_64-linux-gnu
	BOCHS=(env "LTDL_LIBRARY_PATH=$lib/bochs/plugins" "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$root/usr/bin/bochs-bin")
	BOCHS_ROMS=$root/usr/share
}

# bochs_root DIR TEST...: DIR/initrd, whose init runs these from /trusted and powers off. They are in /plain, too.
bochs_root()
{
	local root=$1/root name
	shift

	mkdir -p "$root"/{bin,dev,proc,sys,tmp,trusted/{common,x86},plain/{common,x86}}
	cp /bin/busybox "$root/bin/busybox"
	for name in cat dd dmesg insmod mount sh; do
		ln -s busybox "$root/bin/$name"
	done
	find "$modules/lib/modules" -name 'kml.ko*' ! -name '*.xz' -exec cp {} "$root/kml.ko" \;
	for name; do
		cp "$programs/tests/$name" "$root/trusted/$name"
		cp "$programs/tests/$name" "$root/plain/$name"
	done
	cat >"$root/init" <<-END
		#!/bin/busybox sh
		export PATH=/bin
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs devtmpfs /dev
		# the machine's own complaints come before
		echo "kml-test: begin" >/dev/kmsg
		insmod /kml.ko
		for name in $*; do
			echo "begin \$name"
			KML_MODE=trusted /trusted/\$name 2>&1
			echo "end \$name \$?"
		done
		echo "begin log"
		dmesg
		cat /proc/cpuinfo
		echo "end log 0"
		# until the serial port has said all of it
		busybox sleep 1
		for letter in S h u t d o w n; do
			printf \$letter | dd of=/dev/port bs=1 seek=35072 2>/dev/null
		done
		while :; do :; done
	END
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) | gzip >"$root/../initrd"
}

# make_cd DIR KERNEL: DIR/cd.iso, with DIR/initrd. The HPET stands still in Bochs; without being told, a kernel measures 4.2 GHz.
make_cd()
{
	mkdir -p "$1/cd/isolinux"
	cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$1/cd/isolinux/"
	cp "$2" "$1/cd/vmlinuz"
	cp "$1/initrd" "$1/cd/initrd"
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
	local help command

	cat >"$2/bochsrc" <<-END
		display_library: term
		romimage: file=$BOCHS_ROMS/bochs/BIOS-bochs-latest
		vgaromimage: file=$BOCHS_ROMS/vgabios/vgabios.bin
		cpu: model=$BOCHS_CPU, count=1, ips=100000000, reset_on_triple_fault=0, ignore_bad_msrs=1
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
	command="timeout -s KILL $3 ${BOCHS[*]@Q} -q -f $2/bochsrc"
	# one with a debugger waits for the word to go
	help=$("${BOCHS[@]}" --help 2>&1 || :)
	if grep -q '^ *-rc ' <<<"$help"; then
		echo c >"$2/go"
		command+=" -rc $2/go"
	fi
	# its only display without X wants a terminal
	TERM=vt100 script -qc "$command" /dev/null >/dev/null 2>&1 </dev/null || :
	touch "$LOGS/$1.console"
}

# bochs_results NAME REGEX WHAT: the tests as KTAP; a line of the guest says WHAT, that it is the machine that was asked for
bochs_results()
{
	awk -v guard="$2" -v what="$3" '
		function result(good, text) { print (good ? "ok " : "not ok ") ++count " - " text }
		{ sub(/\r$/, "") }
		$0 ~ guard { guarded = 1 }
		/kml-test: begin/ { ours = 1 }
		ours && /^\[ *[0-9.]+\] *(WARNING:|BUG:|Oops|Kernel panic|kernel BUG|unchecked MSR access)/ { splats = splats "# " $0 "\n" }
		/^begin / { output = ""; bad = 0; next }
		/^end log / { ended = 1; next }
		/^end / {
			good = !bad && $3 == 0
			result(good, $2)
			if (!good)
				printf "%s    # exit status %d\n", output, $3
			next
		}
		/^not ok/ { bad = 1 }
		{ output = output "    " $0 "\n" }
		END {
			result(guarded, what)
			result(ended && splats == "", "the guest came to its end, without a splat")
			printf "%s%s", splats, ended ? "" : output
			print "1.." count
		}' "$LOGS/$1.console"
}

# bochs_test NAME LIMIT REGEX WHAT TEST...: all of it, with the kernel of the flavour ibt
bochs_test()
{
	local name=$1 limit=$2 regex=$3 what=$4 build modules programs work
	shift 4

	build=$("$TOP/tests/lib/kernel.sh" ibt)
	modules=$("$TOP/tests/lib/module.sh" ibt)
	programs=$("$TOP/tests/lib/programs.sh")
	work=$(mktemp -d)
	bochs_root "$work" "$@"
	make_cd "$work" "$build/$IMAGE"
	boot_bochs "$name" "$work" "$limit"
	rm -rf "$work"
	bochs_results "$name" "$regex" "$what"
}
