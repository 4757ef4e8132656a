#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest: what exports of /etc/kml/exports.d cost. Prints "scale EXPORTS LOAD IMAGE FIND START" lines: microseconds of
# loading the module, KiB of the image that all processes share, nanoseconds to find an export and to start a program.

conf=/etc/kml/exports.d/scale.conf

# names N: so many functions that are not in the list, of those that the kernel has one of
names()
{
	awk -v n="$1" '
		FNR == 1 { pass++ }
		pass == 1 { have[$1] = 1; next }
		pass == 2 { times[$3]++; next }
		$3 == "_stext" { text = 1 }
		$3 == "_etext" { exit }
		text && $2 ~ /^[Tt]$/ && $3 ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && length($3) <= 40 && !($3 in have) && times[$3] == 1 {
			print $3
			if (!--n)
				exit
		}' /tmp/list /proc/kallsyms /proc/kallsyms
}

# measure N
measure()
{
	local start end image find

	if [ "$1" = 0 ]; then
		find=(msleep ktime_get schedule)
	else
		names "$1" >/tmp/names
		sed 's/.*/call & int &(void)/' /tmp/names >$conf
		# what bisection has to go far for
		mapfile -t find < <(sort /tmp/names | awk '{ name[NR] = $0 } END { for (i = 1; i <= 10; i++) print name[int(i * NR / 10)] }')
	fi
	modprobe -r kml
	start=${EPOCHREALTIME/./}
	modprobe kml
	end=${EPOCHREALTIME/./}
	[ "$(grep -c . /sys/kernel/kml/exports)" = $(($(grep -c . /tmp/list) + $1)) ] || exit 1
	image=$(/trusted/busybox grep -F '[vdso]' /proc/self/maps | awk '{ split($1, at, "-"); print at[1], at[2] }' |
		while read -r from to; do echo $((0x$to - 0x$from)); done | sort -n | tail -n 1)
	echo "scale $1 $((end - start)) $((image / 1024)) $(/trusted/bench/scale "${find[@]}")" || exit 1
}

mkdir -p ${conf%/*}
awk '{ print $1 }' /sys/kernel/kml/exports >/tmp/list
for n in 0 10 1000 10000; do
	measure $n
done
rm -r /etc/kml
