#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel of one of Debian's configurations is Debian's and KML: with the queue Kconfig makes of them what it makes without, but for
# the options that are KML's. And the one for QEMU is Debian's but for what was cut down.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/lib/ktap.sh"

[ "$KML_ARCH" = x86_64 ] || { echo "1..0 # SKIP Debian's configurations are those of x86_64"; exit; }

stock=$("$TOP/tests/lib/kernel.sh" source)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

# options FILE: what is set; an option that cannot be asked for counts as one that is not
options()
{
	grep '^CONFIG_' "$1" | sort
}

# without_queue NAME: what Kconfig of the stock tree makes of it
without_queue()
{
	mkdir "$work/$1"
	"$TOP/tests/lib/debian_config.sh" "$1" >"$work/$1/.config"
	run_logged "$LOGS/debian-config.log" make -C "$stock" O="$work/$1" olddefconfig
	options "$work/$1/.config"
}

# changes OLD NEW: each option that differs, as NAME OLD NEW
changes()
{
	awk -F = '
		{ value = substr($0, length($1) + 2) }
		FILENAME == ARGV[1] { old[$1] = value; next }
		{ new[$1] = value }
		END {
			for (name in old) if (!(name in new)) print name, old[name], "n"
			for (name in new) if (!(name in old)) print name, "n", new[name]; else if (old[name] != new[name]) print name, old[name], new[name]
		}' "$1" "$2" | sort
}

echo 1..6
for name in none rt cloud; do
	flavour=debian
	[ $name = none ] || flavour=debian-$name
	without_queue $name >"$work/$name.stock"
	options "$("$TOP/tests/lib/kernel.sh" $flavour --configure)/.config" >"$work/$name.kml"
	changes "$work/$name.stock" "$work/$name.kml" >"$work/changes"
	status=0
	grep -qx 'CONFIG_KERNEL_MODE_LINUX n y' "$work/changes" || status=1
	! grep -Ev '^CONFIG_((HAVE_)?KERNEL_MODE_LINUX|KML_[A-Z_]+) n ' "$work/changes" >"$work/others" || status=1
	report $status $((++number)) "$flavour: nothing but Kernel-Mode Linux" <"$work/others"
done

# What is cut: modules, which those that nobody has any more follow; and what the fragment says. No option of the processor, the
# kernel or memory management may go along, and none may come but those of the tests' kernel.
options "$("$TOP/tests/lib/kernel.sh" debian-qemu --configure)/.config" >"$work/qemu"
changes "$work/none.kml" "$work/qemu" >"$work/changes"
fragment=$TOP/tests/arch/debian-qemu.config
named()
{
	sed -nE 's/^(CONFIG_[A-Za-z0-9_]+)=.*/\1/p' "$fragment"
	sed -n 's/^# goes along: //p' "$fragment" | tr ' ' '\n' | sed 's/^/CONFIG_/'
}
named | sort >"$work/named"
awk '$3 == "m"' "$work/changes" >"$work/out"
status=0
[ ! -s "$work/out" ] && ! grep -q '=m$' "$work/qemu" || status=1
report $status $((++number)) "debian-qemu: no module is left" <"$work/out"
(cd "$stock" && find arch/Kconfig arch/x86 init kernel mm security block -name 'Kconfig*' -exec sed -nE 's/^(menu)?config ([A-Za-z0-9_]+)/CONFIG_\2/p' {} +) |
	sort -u >"$work/core"
awk '$2 != "m" { print $1 }' "$work/changes" | sort | comm -12 - "$work/core" | comm -23 - "$work/named" >"$work/out"
status=0
[ ! -s "$work/out" ] || status=1
report $status $((++number)) "debian-qemu: the kernel's own options are Debian's" <"$work/out"
awk '$2 == "n" { print $1 }' "$work/changes" | comm -23 - "$work/named" >"$work/out"
status=0
[ ! -s "$work/out" ] || status=1
report $status $((++number)) "debian-qemu: no option is new" <"$work/out"
