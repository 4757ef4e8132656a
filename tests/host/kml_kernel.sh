#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kml check --kernel: crafted, damaged and missing configurations, and the list that it judges by.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/common/ktap.sh"
. "$TOP/tests/common/tool.sh"

set +e +o pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
list=$TOP/userlib/tools/kernel_options.tbl
kml=$work/asan/tools/kml

# judged STATUS WHAT [PATTERN...]: the configuration in "config" is
judged()
{
	ends "$@" -- "$kml" check --kernel --config "$work/config"
}

# options ARCH: the list's lines for it, but for files, as KIND OPTION WANTED
options()
{
	awk -F '\t' -v arch="$1" '/^[^#]/ && $1 != "running" && ($2 == "all" || $2 == arch) { print $1, $3, $4 }' "$list"
}

# good ARCH: a configuration that has all that the list wants
good()
{
	local kind option wanted

	echo '#'
	echo '# Automatically generated file; DO NOT EDIT.'
	echo '#'
	echo
	case $1 in
	arm) echo CONFIG_ARM=y ;;
	arm64) echo CONFIG_ARM64=y ;;
	*) echo CONFIG_X86=y ;;
	esac
	options "$1" | while read -r kind option wanted; do
		[ "$wanted" = n ] && echo "# CONFIG_$option is not set" || echo "CONFIG_$option=$wanted"
	done
}

# bad OPTION: turns one option of "good" to what the list does not want
bad()
{
	sed -E "s/^CONFIG_$1=.*/# CONFIG_$1 is not set/; t; s/^# CONFIG_$1 is not set/CONFIG_$1=y/" "$work/good" >"$work/config"
}

the_list()
{
	out=$(awk -F '\t' '/^#/ || !NF { next }
		NF != 5 || $1 !~ /^(required|useful|latency|running)$/ || $2 !~ /^(all|x86_64|arm|arm64)$/ || length($5) < 10 || seen[$3]++ ||
		$1 != "running" && ($3 !~ /^[A-Z0-9_]+$/ || $4 !~ /^[ymn]$/) ||
		$1 == "running" && ($3 !~ /^\/(proc|sys)\/[a-z0-9_*\/]+$/ || $4 !~ /^[^ ]+$/ || $5 !~ /; /) { print FILENAME ":" FNR ": " $0 }' "$list")
	[ -z "$out" ]
	result $? "the list's lines are what they should be"

	# what Kconfig asks of the kernel is what the list says
	out=$(cat "$TOP/core-patch/$KML_SERIES"/*.patch | sed -nE 's/^\+\tdepends on (.*)/\1/p; s/^\+\tselect HAVE_KERNEL_MODE_LINUX if (.*)/\1/p' |
		tr -s '& ' '\n' | grep -v '^HAVE_KERNEL_MODE_LINUX$' | sort -u | while read -r symbol; do
			option=${symbol#!}
			[ "$option" = "$symbol" ] && wanted=y || wanted=n
			grep -qE "^required	[a-z0-9_]+	$option	$wanted	" "$list" || echo "$symbol"
		done)
	[ -z "$out" ]
	result $? "what core-patch/ depends on is in the list"

	out=$(diff <(awk -F '\t' '/^[^#]/ {
		n = split($5, part, "; ")
		printf "| `%s` | %s | %s | %s | %s |\n", $3, $4, $2, part[1], (n > 1 ? part[2] : "")
	}' "$list") <(grep -E '^\| `' "$TOP/Documentation/kernel-options.md"))
	[ -z "$out" ] && grep -q '^| `KERNEL_MODE_LINUX`' "$TOP/Documentation/kernel-options.md"
	result $? "Documentation/kernel-options.md has the same rows"

	# one that a typing error made would never be found wanting
	for tree in "$KML_CACHE"/kernel/"$KML_SERIES"-*/stock; do
		[ -e "$tree/Kconfig" ] || continue
		out=$(awk -F '\t' '/^[^#]/ && $1 != "running" { print $3 }' "$list" | sort -u | comm -23 - <({ echo KERNEL_MODE_LINUX
			echo KML_CHECK_CHROOT
			grep -rhE --include='Kconfig*' '^[[:space:]]*(menu)?config [A-Z0-9_]+' "$tree" | awk '{ print $2 }'; } | sort -u))
		[ -z "$out" ]
		result $? "the kernel has these options"
		return
	done
	skip "the kernel has these options" "no kernel source in the cache"
}

verdicts()
{
	local arch kind option wanted

	for arch in x86_64 arm arm64; do
		good $arch >"$work/good"
		cp "$work/good" "$work/config"
		judged 0 "$arch: all as it should be" "has what KML requires" "!CONFIG_"
		while read -r kind option wanted; do
			bad "$option"
			judged "$([ "$kind" = required ] && echo 1 || echo 0)" "$arch: $option against the list" \
				"  $kind: CONFIG_$option is " "scripts/config -$([ "$wanted" = n ] && echo d || echo e) $option"
		done < <(options $arch)
	done
	good x86_64 | sed 's/_X86=y/_RISCV=y/' >"$work/config"
	judged 1 "another architecture" "this architecture has no KML"
	good x86_64 | sed 's/CONFIG_MODULES=y/CONFIG_MODULES_TREE=y/' >"$work/config"
	judged 1 "an option whose name another one begins with" "CONFIG_MODULES is not set"
	good x86_64 | sed 's/CONFIG_MODULES=y/CONFIG_MODULES="y"/' >"$work/config"
	judged 1 "a value that is a string" 'CONFIG_MODULES is "y"'
	good x86_64 | sed 's/# CONFIG_X86_FRED is not set/CONFIG_X86_FRED=y/' >"$work/config"
	judged 0 "what else helps" "boot with fred=off, or scripts/config -d X86_FRED"
}

files()
{
	good x86_64 >"$work/plain"
	gzip -c "$work/plain" >"$work/config"
	judged 0 "packed" "has what KML requires"
	head -c 300 "$work/config" >"$work/cut" && mv "$work/cut" "$work/config"
	judged 3 "packed, and cut off" "is damaged: it cannot be unpacked"
	{ head -c 200 <(gzip -c "$work/plain"); printf 'xxxxxxxx'; tail -c +209 <(gzip -c "$work/plain"); } >"$work/config"
	judged 3 "packed, and changed" "is damaged: it cannot be unpacked"
	head -c 20000000 /dev/zero | gzip -c >"$work/config"
	judged 3 "what unpacks to far too much" "is damaged: it cannot be unpacked"
	gzip -c </dev/null >"$work/config"
	judged 3 "packed, of nothing" "names no option"
	gzip -c "$work/plain" >"$work/config"
	mkdir -p "$work/empty"
	ends 3 "no gzip" "gzip cannot be started: No such file" -- env PATH="$work/empty" "$kml" check --kernel --config "$work/config"
	head -c -5 "$work/plain" >"$work/config"
	judged 3 "cut off in a line" "is damaged: line" "has no end"
	: >"$work/config"
	judged 3 "empty" "names no option"
	echo '# CONFIG_X is not set' >"$work/config"
	judged 3 "nothing set" "names no option"
	{ cat "$work/plain"; echo "hello"; } >"$work/config"
	judged 3 "a line that is none" "is no kernel configuration: line $(($(wc -l <"$work/plain") + 1))"
	{ cat "$work/plain"; printf 'CONFIG_A=y\0\n'; } >"$work/config"
	judged 3 "a NUL" "it has a NUL in it"
	cp "$kml" "$work/config"
	judged 3 "a program" "is no kernel configuration"
	rm "$work/config"
	judged 3 "missing" "cannot be read: No such file"
	mkdir "$work/config"
	judged 3 "a directory" "cannot be read: Is a directory"
	rmdir "$work/config"
	cp "$work/plain" "$work/config"
	chmod 0 "$work/config"
	if [ "$(id -u)" != 0 ]; then
		judged 3 "not readable" "cannot be read: Permission denied"
	elif chmod a+x "$work" && setpriv --reuid 65534 --clear-groups test -x "$kml" 2>/dev/null; then
		ends 3 "not readable" "cannot be read: Permission denied" -- \
			setpriv --reuid 65534 --clear-groups "$kml" check --kernel --config "$work/config"
	else
		skip "not readable" "root reads everything"
	fi
	# this machine's may be anywhere, or nowhere
	out=$("$kml" check --kernel 2>&1)
	case $? in
	0|1) [[ $out == /*" what KML requires"* ]] ;;
	3) [[ $out == *"there is neither /proc/config.gz nor /boot/config-$(uname -r)"* ]] ;;
	*) false ;;
	esac
	result $? "the running kernel's"
}

# json WHAT PYTHON: valid, and the expression on "j" is true
json()
{
	out=$("$kml" check --kernel --json --config "$work/config" 2>&1 | python3 -c "import json, sys
j = json.load(sys.stdin)
if not ($2): raise SystemExit(json.dumps(j))" 2>&1)
	result $? "JSON: $1"
}

for_machines()
{
	rm -f "$work/config"
	json "missing" "j['good'] is None and 'No such file' in j['problem'] and j['options'] == []"
	good x86_64 >"$work/good"
	cp "$work/good" "$work/config"
	json "good" "j['good'] is True and j['problem'] is None and j['architecture'] == 'x86_64' and all(o['good'] and o['remedy'] is None for o in j['options'])"
	bad MODULES
	json "bad" "j['good'] is False and [(o['option'], o['kind'], o['wanted'], o['value']) for o in j['options'] if not o['good']] == [('MODULES', 'required', 'y', None)]"
}

command_line()
{
	ends 2 "--config without --kernel" "--config goes with --kernel" -- "$kml" check --config /dev/null
	ends 2 "--kernel with --root" "--root does not go with --kernel" -- "$kml" check --kernel --root /
	ends 2 "--kernel with a program" "too many arguments, from true" -- "$kml" check --kernel true
	ends 2 "--kernel elsewhere" "no such option: --kernel" -- "$kml" status --kernel
	ends 2 "--config without a file" "a value is missing after --config" -- "$kml" check --kernel --config
	ends 0 "in the help" "--kernel" "--config FILE" -- "$kml" check --help
	out=$(COMP_WORDS=(kml check --k) COMP_CWORD=2; . "$TOP/userlib/tools/completion/kml.bash"; _kml; echo "${COMPREPLY[*]}")
	[ "$out" = --kernel ]
	result $? "is completed"
	out=$(cd "$work" && COMP_WORDS=(kml check --kernel --config plai) COMP_CWORD=4; . "$TOP/userlib/tools/completion/kml.bash"; _kml
		echo "${COMPREPLY[*]}")
	[ "$out" = plain ]
	result $? "a file is completed behind --config"
}

ktap_start
out=$(make -s -C "$TOP/userlib" tools O="$work/asan" TOOLS=yes LDFLAGS=-fsanitize=address,undefined \
	CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" 2>&1)
result $? "builds with sanitizers"
the_list
verdicts
files
for_machines
command_line
ktap_end
