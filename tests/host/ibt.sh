#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# On a CPU that tracks indirect branches (IBT) programs in /trusted run as elsewhere, and ordinary ones stay tracked. QEMU has no
# such CPU: one boot in Bochs, of x86/ibt and some of the suite's static programs.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/lib/bochs.sh"

tests=(x86/ibt common/gate_args common/gate_bad common/leaf_values common/signals common/threads x86/faults x86/gate_regs x86/handler_timer)

build=$("$TOP/tests/lib/kernel.sh" ibt)
modules=$("$TOP/tests/lib/module.sh" ibt)
programs=$("$TOP/tests/lib/programs.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

root=$work/root
mkdir -p "$root"/{bin,dev,proc,sys,tmp,trusted/{common,x86},plain/{common,x86}}
cp /bin/busybox "$root/bin/busybox"
for name in cat dd dmesg insmod mount sh; do
	ln -s busybox "$root/bin/$name"
done
find "$modules/lib/modules" -name 'kml.ko*' ! -name '*.xz' -exec cp {} "$root/kml.ko" \;
for name in "${tests[@]}" x86/ibt; do
	cp "$programs/tests/$name" "$root/trusted/$name"
	cp "$programs/tests/$name" "$root/plain/$name"
done
cat >"$root/init" <<END
#!/bin/busybox sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
# the machine's own complaints come before
echo "kml-test: begin" >/dev/kmsg
insmod /kml.ko
for name in ${tests[*]}; do
	echo "begin \$name"
	KML_MODE=trusted /trusted/\$name 2>&1
	echo "end \$name \$?"
done
echo "begin log"
dmesg
echo "end log 0"
for letter in S h u t d o w n; do
	printf \$letter | dd of=/dev/port bs=1 seek=35072 2>/dev/null
done
while :; do :; done
END
chmod 755 "$root/init"
(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) | gzip >"$work/initrd"
make_cd "$work" "$build/$IMAGE" "$work/initrd"
boot_bochs ibt "$work" 300

awk '
	function result(good, text) { print (good ? "ok " : "not ok ") ++count " - " text }
	{ sub(/\r$/, "") }
	/Indirect Branch Tracking enabled/ { tracked = 1 }
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
		result(tracked, "the kernel tracks indirect branches")
		result(ended && splats == "", "the guest came to its end, without a splat")
		printf "%s%s", splats, ended ? "" : output
		print "1.." count
	}' "$LOGS/ibt.console"
