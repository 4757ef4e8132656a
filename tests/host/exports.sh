#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The generators refuse bad lines by number and reason, and the image is whole: no relocations, every export under its version.

. "$(dirname "$0")/../lib/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failed=0

# result STATUS NAME
result()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
	fi
}

list()
{
	awk -v arch="${2:-x86_64}" -v series=6.12 -f "$TOP/kml-vdso/gen/list.awk" "$1"
}

# refused REASON LINE...: the last line is refused with its number and the reason.
refused()
{
	local reason=$1 status=0

	shift
	printf '%s\n' "$@" >"$work/bad.tbl"
	if list "$work/bad.tbl" >"$work/out" 2>"$work/err"; then
		status=1
	fi
	grep -qF "bad.tbl:$#: " "$work/err" && grep -qF "$reason" "$work/err" || status=1
	[ ! -s "$work/out" ] || status=1
	[ $status = 0 ] || sed 's/^/# /' "$work/err"
	result $status "refused: $reason"
}

refused "unknown class" "slow - - all f - int f(void)"
refused "7 fields" "# a comment" "leaf - - all f"
refused "7 arguments, a gate takes 6" "call - - all f - int f(int a, int b, int c, int d, int e, int g, int h)"
refused "duplicate of line 1" "call - 6.12 all f - int f(void)" "call 6.12 - all f - int f(void)"
refused "bad first series" "call six - all f - int f(void)"
refused "is after last series" "call 7.0 6.1 all f - int f(void)"
refused "unknown architecture" "call - - vax f - int f(void)"
refused "no float registers" "call - - all f - int f(double x)"
refused "returns no integer" "call - - all f - float f(void)"
refused "structure by value" "call - - all f - int f(struct timespec64 ts)"
refused "is not a type and a name" "call - - all f - int f(int)"
refused "has a name that is a word of C++" "call - - all f - int f(int *new)"
refused "of another function" "call - - all f - int g(void)"
refused "write (void)" "call - - all f - int f()"
refused "typedef" "call - - all f - int f(int (*g)(void))"
refused "needs a module function" "call - - all f - int f(const char *fmt, ...)"
refused "bad system call number" "syscall - - x86_64 sys_f - long sys_f(void)"
refused "not plain ASCII" "call - - all f - int f(void) é"
refused "unknown architecture arm,mips" "call - - arm,mips f - int f(void)"
refused "duplicate of line 1" "call - - arm,arm64 f - int f(void)" "call - - x86_64,arm64 f - int f(void)"
refused "phys_addr_t has no fixed size on arm" "call - - all f - int f(phys_addr_t a)"
refused "resource_size_t has no fixed size on arm" "call - - arm f - resource_size_t f(void)"
refused "7 words of arguments, a system call takes 6" "syscall - - arm sys_f 1 long sys_f(int a, u64 b, loff_t c, int d)"

# words FLAGS PROTOTYPE: what list.awk tells the generators of the arguments on arm.
words()
{
	echo "call - - all f - $2" >"$work/words.tbl"
	[ "$(list "$work/words.tbl" arm | cut -f5)" = "$1" ]
	result $? "on arm: $2"
}

words "words=1.1.1.1" "int f(int a, char *b, long c, u64 *d)"
words "words=1.2" "int f(int a, u64 b)"
words "words=1.1.1.2,stack=8" "int f(int a, int b, int c, loff_t d)"
words "words=1.2.1,stack=4" "int f(int a, ktime_t b, int c)"
words "words=2.1.1.1.1.1,stack=12" "int f(long long a, int b, int c, int d, int e, int g)"

# whole ARCH CC: the image of one architecture.
whole()
{
	local arch=$1 cc=$2 out=$work/image-$1 status=0 image awk

	if ! command -v "$cc" >/dev/null; then
		count=$((count + 1))
		echo "ok $count - the image builds ($arch) # SKIP no $cc"
		return
	fi
	make -s -C "$TOP/kml-vdso" ARCH="$arch" CC="$cc" SERIES=6.12 O="$out" >"$work/log" 2>&1 || status=$?
	[ $status = 0 ] || sed 's/^/# /' "$work/log"
	result $status "the image builds ($arch)"

	image=$out/kml-vdso.so
	status=0
	readelf -rW "$image" | grep -q 'There are no relocations' || status=1
	result $status "no relocations ($arch)"

	readelf --dyn-syms -W "$image" | awk '{ print $8 }' | sort >"$work/have"
	{
		cut -f2 "$out/exports.list" | sed 's/$/@@KML_1/'
		cut -f2 "$out/stock.list" | sed "s/\$/@@LINUX_2.6$([ "$arch" != arm64 ] || echo .39)/"
		echo __kml_table@@KML_1
	} | sort >"$work/want"
	status=0
	[ -s "$work/want" ] && [ -z "$(comm -23 "$work/want" "$work/have" | tee "$work/lost")" ] || status=1
	sed 's/^/# lacks /' "$work/lost"
	result $status "every export and stock name under its version ($arch)"

	for awk in mawk gawk; do
		if ! command -v $awk >/dev/null; then
			count=$((count + 1))
			echo "ok $count - exports.list by $awk ($arch) # SKIP not installed"
			continue
		fi
		$awk -v arch="$arch" -v series=6.12 -f "$TOP/kml-vdso/gen/list.awk" "$TOP/kml-vdso/exports.tbl" |
			sort -k2,2 >"$work/$awk.list"
		status=0
		cmp -s "$work/$awk.list" "$out/exports.list" || status=1
		result $status "exports.list by $awk ($arch)"
	done
}

whole arm arm-linux-gnueabihf-gcc
whole arm64 aarch64-linux-gnu-gcc
whole x86_64 gcc
image=$work/image-x86_64/kml-vdso.so

segment=$(readelf -lW "$image" | awk '$1 == "LOAD" { print $5 }')
status=0
gcc -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -I"$TOP/kml-mod" -o "$work/kml_elf" \
	"$TOP/tests/host/kml_elf.c" "$TOP/kml-mod/kml_elf.c" >"$work/log" 2>&1 && "$work/kml_elf" "$image" "$segment" >>"$work/log" 2>&1 || status=1
[ $status = 0 ] || sed 's/^/# /' "$work/log"
result $status "the module refuses truncated images and survives damaged ones"

gcc -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -I"$TOP/kml-mod" -o "$work/proto" \
	"$TOP/tests/host/proto.c" "$TOP/kml-mod/proto.c" >"$work/log" 2>&1 || sed 's/^/# /' "$work/log"
for arch in x86_64 arm arm64; do
	bytes=8
	[ $arch != arm ] || bytes=4
	list "$TOP/kml-vdso/exports.tbl" $arch >"$work/proto.list"
	status=0
	"$work/proto" $bytes <"$work/proto.list" >"$work/log" 2>&1 || status=1
	sed 's/^/# /' "$work/log"
	result $status "the module reads prototypes as the generators do ($arch)"
done

# bad_proto REASON PROTOTYPE
bad_proto()
{
	[ "$("$work/proto" 4 f "$2" 2>&1)" = "$1" ]
	result $? "the module refuses: $2"
}

bad_proto "not a prototype" "int f"
bad_proto "not a prototype" "int f(int a) x"
bad_proto "not a prototype" "int f)("
bad_proto "write (void) for no arguments" "int f()"
bad_proto "write function pointers with a typedef" "int f(int (*g)(void))"
bad_proto "the prototype is of another function" "f(void)"
bad_proto "the prototype is of another function" "int g(void)"
bad_proto "an argument is not a type and a name" "int f(int a, int)"
bad_proto "an argument is not a type and a name" "int f(int a,)"
bad_proto "a type is no integer or pointer" "int f(double x)"
bad_proto "a structure by value" "struct a f(int x)"
bad_proto "phys_addr_t and resource_size_t have no fixed size, write u64" "int f(phys_addr_t a)"
bad_proto "more than 6 arguments" "int f(int a, int b, int c, int d, int e, int g, int h)"

build=$("$TOP/tests/lib/kernel.sh" prod)
mkdir "$work/drift"
cp -r "$TOP/kml-mod" "$TOP/kml-vdso" "$TOP/dkms.conf" "$work/drift"
sed -i 's/void msleep(unsigned int msecs)/void msleep(unsigned long msecs)/' "$work/drift/kml-vdso/exports.tbl"
status=0
# -k: the kernel at hand may be one that another state of the module is for
! make -k -C "$work/drift/kml-mod" KDIR="$build" >"$work/log" 2>&1 && grep -q 'KML export msleep: exports.tbl line' "$work/log" || status=1
result $status "a changed prototype breaks the module's build by name"

echo "1..$count"
exit $failed
