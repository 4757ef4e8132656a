#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A program need not be built again for another kernel or another list of exports, unless an export that it uses has changed: then
# it says so in one line and does not call it. The list is changed by loading another module, without a reboot.
# run: root-sh
# timeout: 120
# depends: debug

. "$(dirname "$0")/ktap.sh"

module=$(find /lib/modules -name kml.ko)
exports=/sys/kernel/kml/exports

# reload [FILE]: the installed module, or the one that FILE would be if it was installed
reload()
{
	local tries=0

	until out=$(modprobe -r kml 2>&1) || [ $tries = 20 ]; do
		tries=$((tries + 1))
		sleep 0.2
	done
	if [ $# = 0 ]; then
		umount "$module"
	else
		mount --bind "$1" "$module"
	fi
	out=$(modprobe kml 2>&1)
	result $? "the ${2:-first} module is loaded"
}

# offered NAME: place, class, version and its kind
offered()
{
	awk -v name="$1" '$1 == name { print NR, $2, $3, $4 }' $exports
}

# says PROGRAM LINE WHAT: all that it prints
says()
{
	out=$("/trusted/common/$1" 2>&1)
	[ "$out" = "$2" ]
	result $? "$3"
}

# A program that uses nothing that changed, in each way of linking.
unchanged()
{
	local name

	says versions_old works "$1: a static program with the prod kernel's CRCs"
	for name in dynamic pie direct; do
		out=$(KML_MODE=trusted "/trusted/common/$name" 2>&1)
		result $? "$1: program $name"
	done
}

drifted()
{
	local version

	out=$(/trusted/common/versions_new 2>&1)
	version=${out##* }
	[ "$out" = "243 15 4 $version" ]
	result $? "other list: a new program calls new exports: $out"
	says versions_drift "$(
		echo "versions_drift: kml: export msleep_interruptible: built against prototype $built, the kernel offers $version: build the program again"
		echo "built $built, result -38, not called"
	)" "other list: a drift is one line, and is not called"
	if command -v kml >/dev/null; then
		out=$(kml check /trusted/common/versions_drift)
		[[ $? = 0 && $out == *"warning: export msleep_interruptible: built against prototype $built, the kernel offers $version: build"* ]]
		result $? "other list: kml check says so, too"
	else
		skip "other list: kml check says so, too" "it is not built for this machine"
	fi
	out=$(offered msleep)
	[ "${out%% *}" != "$place" ]
	result $? "other list: msleep was at place $place, is at ${out%% *}"
}

# The CRC of the same function in a kernel of another configuration.
configured()
{
	local crc line

	if ! zgrep -q '^CONFIG_MODVERSIONS=y' /proc/config.gz; then
		skip "functions with CRCs" "a kernel without MODVERSIONS has none"
		return
	fi
	rm -f /tmp/versions_config
	crc=$(offered filp_open | cut -d' ' -f3)
	out=$(/trusted/common/versions_config 2>&1)
	line=${out##*$'\n'}
	if [ "$line" = "built $crc, called" ]; then
		[ "$out" = "$line" ] && [ -e /tmp/versions_config ]
		result $? "filp_open with this kernel's CRC is called"
	else
		[[ $line == *", not called" && ! -e /tmp/versions_config ]] &&
			[[ $'\n'$out == *$'\n'"versions_config: kml: export filp_open: built against crc 0x"*", the kernel offers 0x$crc: build the program again"* ]]
		result $? "filp_open with another kernel's CRC is a line, and is not called"
	fi
	case $KML_BOOT in
	debug-*) [[ $line == *", not called" ]] ;;
	prod-*) [[ $line == *", called" ]] ;;
	*) return ;;
	esac
	result $? "as it must be on this kernel"
}

ktap_start
unchanged "first list"
configured
place=$(offered msleep | cut -d' ' -f1)
out=$(/trusted/common/versions_drift 2>&1)
built=${out#built }
built=${built%%,*}
[ "$out" = "built $built, result 0, slept" ]
result $? "first list: nothing has drifted"
out=$(/trusted/common/versions_new 2>&1)
[[ $out == "18446744073709551578 -38 -38 "* ]]
result $? "first list: a new program's new exports are not there"
reload /kml/changed/kml.ko other
unchanged "other list"
drifted
reload
unchanged "first list again"
ktap_end
