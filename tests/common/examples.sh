#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libkml's examples, which people copy from, do what they say: from /trusted with numbers that make sense, elsewhere with a reason.
# run: root-sh
# depends: cpu debug rt

# shellcheck source=tests/common/arch.sh
. "$(dirname "$0")/arch.sh"
. "$(dirname "$0")/ktap.sh"

# prints LINES NAME WHAT SCRIPT [ARGUMENT...]: the example ends well with so many lines, of which awk thinks well
prints()
{
	local status

	out=$("/trusted/examples/$2" "${@:5}" 2>&1)
	status=$?
	if [ $status = 1 ] && [[ $out == *"cycle counter of this CPU does not count"* && $KML_BOOT == sabrelite ]]; then
		skip "$2: $3" "QEMU's Cortex-A9 has no cycle counter"
		return
	fi
	[ $status = 0 ] && printf '%s\n' "$out" | awk "$4 { good++ } END { exit NR < $1 || good < $1 }"
	result $? "$2: $3"
	out=
}

# What every example has: nothing but a reason when it is an ordinary program.
plain()
{
	local file=$1 want=77 status

	# one is bound by the dynamic linker, which refuses by itself, and one is an ordinary program as well
	case ${file##*/} in
	direct) want=1 ;;
	motion) want=0 ;;
	esac
	out=$("$file" 2>&1)
	status=$?
	[ $status = $want ] && [[ $out == *"not under /trusted"* || $out == *"version \`KML_1' not found"* ]]
	result $? "${file##*/} as an ordinary program: a reason, status $status"
}

ktap_start
for file in /plain/examples/*; do
	plain "$file"
done
# an emulated machine's clocks drift a little
prints 1 direct "msleep(20) takes 20 ms" '$2 == "took" && $3 >= 15000000 && $3 < 2000000000'
prints 3 sleep "functions take the time they should" \
	'/^ktime_get/ && $3 < 10000 || /^msleep\(50\)/ && $3 >= 40000 && $3 < 2000000 || /^usleep_range/ && $(NF - 1) >= 150'
prints 4 kvar "jiffies count" '{ step = $NF - last; last = $NF } $1 == "jiffies" && (NR == 1 || step > 0 && step < 2000)'
prints 2 gate "costs of two ways" '/^getppid by the (gate|trap): / && $(NF - 1) > 1'
prints 2 irqsoff "distances of readings" '/^interrupts (on|off): / && $4 + 0 > 0 && $6 >= $4 + 0'
prints 2 handler "a function in the timer's interrupt" '/^handler +1000 times/ || /^thread +[1-9]/ && $7 + 0 > 0'
# The path and the arm of the program's end agree, so it has computed something.
motion='/^(step begins|step takes|in a row) +[0-9]+ times: min [0-9]+, mean [1-9][0-9]*, max [1-9][0-9]* ns; 2/ || /^off the path by [0-9.]+e-1[0-9] m/ ||'
prints 5 motion "steps of a privileged thread" "$motion "'$1 == "privileged"'
prints 5 motion "steps of a handler" "$motion "'$1 == "handler"' handler 500
if [ -e /proc/device-tree/compatible ]; then
	prints 1 gpio "edges on a line" '/: 40 edges, 0 lost;/'
else
	out=$(/trusted/examples/gpio 2>&1)
	[ $? = 2 ] && [[ $out == *"no GPIO block of this machine is known"* ]]
	result $? "gpio: the machine has none"
	out=
fi
if grep -qi "$arch_device" /proc/iomem; then
	prints 1 mmio "a register" "/: $arch_device_value/"
else
	skip mmio "no device at $arch_device"
fi
ktap_end
