#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# libkml as an ordinary process on this machine: each way to link a program,
# the examples' refusals, the headers, the installed files. KTAP on stdout.
#
# Called by `make check`, which sets O (what make built), IMAGE (the built KML
# image) and CC; a second build with musl-gcc goes to O/musl if there is one.
# RUN is what runs programs of another machine, for example
# "qemu-arm -L /usr/arm-linux-gnueabihf"; what that cannot do is skipped.

set -u
cd "$(dirname "$0")/.." || exit 1
T=$O/tests
RUN=${RUN:-}
case $ARCH in x86_64) machine=x86 ;; *) machine=$ARCH ;; esac
LOG=$T/log
case $T in /*) D=$T/root ;; *) D=$PWD/$T/root ;; esac
n=0 failed=0

# skip WHY: what a test returns with that cannot be run here.
skip() {
	why=$*
	return 77
}

# Skips what traces, or runs in namespaces of its own: an emulator cannot.
native() {
	[ -z "$RUN" ] || skip "not under ${RUN%% *}"
}

has() {
	command -v "$1" > /dev/null || skip "no $1"
}

# Runs a command; its output becomes a nested report, or comments if it is not.
t() {
	title=$1
	shift
	n=$((n + 1))
	why="it cannot be traced here"
	"$@" > "$LOG" 2>&1
	rc=$?
	if grep -q '^KTAP' "$LOG"; then
		sed 's/^/    /' "$LOG"
	else
		sed 's/^/# /' "$LOG"
	fi
	if [ $rc = 0 ]; then
		echo "ok $n - $title"
	elif [ $rc = 77 ]; then
		echo "ok $n - $title # SKIP $why"
	else
		echo "not ok $n - $title"
		failed=1
	fi
}

INC="-I$T -Iinclude -I$O/include -I$VDSO/include -I$KML_VDSO/include"
FLAGS="-std=gnu11 -O2 -g -Wall -Wextra -Werror $INC"

# linked NAME CC BUILD LINK...: builds tests/ordinary.c that way and runs it.
linked() {
	prog=$T/ordinary-$1 cc=$2 build=$3
	shift 3
	case "$*" in *-static-pie*)	# not every C library for cross builds can
		[ -f "$($cc -print-file-name=rcrt1.o)" ] ||
			{ skip "the C library has no rcrt1.o"; return; } ;;
	esac
	# shellcheck disable=SC2086
	$cc $FLAGS -o "$prog" tests/ordinary.c "$@" || return 1
	LD_LIBRARY_PATH=$build $RUN "$prog" 2> "$T/stderr"
	rc=$?
	cat "$T/stderr" | sed 's/^/# stderr: /'
	[ "$(wc -l < "$T/stderr")" = 1 ] || { echo "# not one line"; return 1; }
	return $rc
}

# live NAME CC BUILD LINK...: the same for tests/bound.c, with a KML image.
live() {
	prog=$T/bound-$1 cc=$2 build=$3
	shift 3
	native || return
	[ -f "tests/live_$ARCH.S" ] || { skip "no tests/live_$ARCH.S"; return; }
	# shellcheck disable=SC2086
	[ -x "$T/live" ] || $CC $FLAGS -o "$T/live" tests/live.c \
		tests/image_file.c "tests/live_$ARCH.S" "$O/libkml.a" || return 1
	# shellcheck disable=SC2086
	$cc $FLAGS -o "$prog" tests/bound.c "$@" || return 1
	LD_LIBRARY_PATH=$build "$T/live" "$IMAGE" "$prog"
}

# A program that is bound by the dynamic linker ends before main() if it drifted.
recorded() {
	native || return
	[ -x "$T/live" ] || { skip "tests/live.c is not built"; return; }
	# shellcheck disable=SC2086
	for drifted in "" -DDRIFTED; do
		$CC $FLAGS $drifted -o "$T/recorded$drifted" tests/recorded.c \
			"$IMAGE" -L"$O" -lkml || return 1
	done
	export LD_LIBRARY_PATH="$O"
	"$T/live" "$IMAGE" "$T/recorded" || return 1
	"$T/live" "$IMAGE" "$T/recorded-DDRIFTED" 2> "$T/stderr"
	[ $? = 127 ] || return 1
	cat "$T/stderr"
	[ "$(wc -l < "$T/stderr")" = 1 ] &&
		grep -q 'export msleep: built against prototype 0x00000001' "$T/stderr"
}

live_damaged() {
	native || return
	[ -x "$T/live" ] || { skip "tests/live.c is not built"; return; }
	"$T/live" "$IMAGE" "$T/bound-static" damaged
}

# Needs libkml built for musl; its dynamic loader finds the library by rpath.
musl() {
	how=$1 variant=$2
	shift 2
	native && has musl-gcc || return
	$how "$variant" "$MUSL_CC" "$O/musl" "$@"
}

on_image() {
	prog=$1
	shift
	# shellcheck disable=SC2086
	$CC $FLAGS -o "$T/$prog" "tests/$prog.c" tests/image_file.c "$@" \
		"$O/libkml.a" && $RUN "$T/$prog" "$IMAGE"
}

# Address and undefined-behaviour checks see what an unmapped page does not.
sanitized() {
	native || return
	# shellcheck disable=SC2086
	$CC $FLAGS -fsanitize=address,undefined -fno-sanitize-recover=all \
		-o "$T/fuzz-asan" tests/fuzz.c tests/image_file.c src/bind.c \
		src/image.c src/elf_sym.c src/record.c src/mlock.c &&
		ASAN_OPTIONS=detect_leaks=0 "$T/fuzz-asan" "$IMAGE" 3000 7
}

# An example, and its arguments, as an ordinary program: one line, and 1 or 77.
refuses() {
	# An emulator may have no vDSO.
	[ "$1" != direct ] || native || return
	example=$1
	shift
	$RUN "$O/examples/$example" "$@" > "$T/stdout" 2> "$T/stderr"
	rc=$?
	cat "$T/stdout" "$T/stderr"
	[ $rc = 77 ] || [ $rc = 1 ] || { echo "exit code $rc"; return 1; }
	[ ! -s "$T/stdout" ] && [ "$(wc -l < "$T/stderr")" = 1 ]
}

HEADER_USE='
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/resource.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <kml/abi.h>
#include <kml/exports.h>
#include <kml/kml.h>
#include <kml/record.h>
#include <kml/types.h>
#include <kml/versions.h>
#include <kml/'"$machine"'.h>
int main(void) { return !kml_available(); }
'

# Each header that is installed, alone; then all together.
headers() {
	has "$1" || return
	[ -f "$D/opt/kml/include/kml/abi.h" ] || return 1
	for h in "$D"/opt/kml/include/kml/*.h; do
		h=$(basename "$h" .h)
		case $h in arm|arm64|x86) [ "$h" = "$machine" ] || continue ;; esac
		printf '#include <kml/%s.h>\nextern int used;\n' "$h" |
			"$@" -Wall -Wextra -Werror "-I$D/opt/kml/include" -fsyntax-only - || return 1
	done
	echo "$HEADER_USE" |
		"$@" -Wall -Wextra -Werror "-I$D/opt/kml/include" -fsyntax-only -
}

musl_headers() {
	native && has musl-gcc || return
	# shellcheck disable=SC2086
	headers $MUSL_CC -x c -std=gnu11
}

versions() {
	nm -D --defined-only "$O/libkml.so.1" | awk '{ print $3 }' > "$T/defined"
	sed -n 's/^STUB(\([^,]*\),.*/\1@@KML_1/p' "$T/stub_list.h" > "$T/wanted"
	sed -n 's/^.* \**\(kml_[a-z_]*\)(.*;$/\1@@LIBKML_0/p' include/kml/kml.h include/kml/record.h \
		>> "$T/wanted"
	printf 'KML_1\nLIBKML_0\n' >> "$T/wanted"
	sed 's/^\(KML_1\|LIBKML_0\)@@.*/\1/' "$T/defined" | sort > "$T/defined.sorted"
	sort "$T/wanted" | diff - "$T/defined.sorted"
}

# The directory that the module's parameter names, by what libkml says of a program in it and of one elsewhere.
trusted_parameter() {
	native || return
	unshare -Urm true 2> /dev/null || { skip "no user namespaces here"; return; }
	cat > "$T/state.c" <<-END
	#include <stdio.h>
	#include <kml/kml.h>
	int main(void) { return puts(kml_strerror(kml_state())) < 0; }
	END
	# shellcheck disable=SC2086
	$CC $FLAGS -o "$T/state" "$T/state.c" "$O/libkml.a" || return 1
	rm -rf "$T/other" "$T/otherwise"
	mkdir "$T/other" "$T/otherwise"
	cp "$T/state" "$T/other" && cp "$T/state" "$T/otherwise"
	dir=$(realpath "$T/other")
	for name in "$dir" "$dir/"; do
		unshare -Urm sh -c 'mount -t tmpfs tmpfs /sys/module && mkdir -p /sys/module/kml/parameters &&
			echo "$1" > /sys/module/kml/parameters/trusted && "$2/state" && "$2wise/state"' sh "$name" "$dir" > "$T/stdout" || return 1
		cat "$T/stdout"
		sed 1q "$T/stdout" | grep -q "^not trusted: program and directories" &&
			sed -n 2p "$T/stdout" | grep -qxF "not under $dir: as root, copy the program there and run that copy" || return 1
	done
}

# A program's own schedule() wins over the stub, also when linked statically.
own_function() {
	cat > "$T/own.c" <<-END
	#include <kml/exports.h>
	void msleep(unsigned int msecs) { (void)msecs; }
	int main(void) { msleep(1); return sys_getppid() == -38 ? 0 : 1; }
	END
	# shellcheck disable=SC2086
	$CC $FLAGS -static -o "$T/own" "$T/own.c" "$O/libkml.a" && $RUN "$T/own"
}

installed() {
	rm -rf "$D"
	make -s install O="$O" ARCH="$ARCH" CC="$CC" KML_VDSO="$KML_VDSO" DESTDIR="$D" PREFIX=/opt/kml || return 1
	(cd "$D" && find . -type f | sort)
	has pkg-config || return
	for lib in kml kml-vdso; do
		flags=$(PKG_CONFIG_PATH=$D/opt/kml/lib/pkgconfig pkg-config \
			--define-variable=prefix="$D/opt/kml" \
			--define-variable=libdir="$D/opt/kml/lib" \
			--define-variable=includedir="$D/opt/kml/include" \
			--cflags --libs $lib) || return 1
		src=examples/kvar.c
		[ $lib = kml ] || src=examples/direct.c
		# shellcheck disable=SC2086
		$CC -o "$T/installed-$lib" $src $flags || return 1
	done
}

manuals() {
	has man || return
	for page in man/*.[378]; do
		grep -q '^\.so' "$page" && continue
		MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$page" \
			2>&1 > /dev/null | grep . && return 1
	done
	return 0
}

mkdir -p "$T"
echo "KTAP version 1"
rm -f "$T/live"
for how in linked live; do
	t "$how, glibc, PIE"		$how pie "$CC" "$O" -L"$O" -lkml -fPIE -pie
	t "$how, glibc, not PIE"	$how nopie "$CC" "$O" -L"$O" -lkml -fno-pie -no-pie
	t "$how, glibc, PIE, libkml.a"	$how piea "$CC" "$O" "$O/libkml.a" -fPIE -pie
	t "$how, glibc, static"		$how static "$CC" "$O" "$O/libkml.a" -static -fno-pie
	t "$how, glibc, static PIE"	$how spie "$CC" "$O" "$O/libkml.a" -static-pie -fPIE
	t "$how, musl"			musl $how musl "$O/musl/libkml.so.1" \
		"-Wl,-rpath,$(realpath "$O")/musl"
	t "$how, musl, static"		musl $how musls "$O/musl/libkml.a" -static
	t "$how, musl, static PIE"	musl $how muslsp "$O/musl/libkml.a" -static-pie
done
t "live, linked against the image"	live direct "$CC" "$O" -DDIRECT "$IMAGE"
t "live, linked against both"	live both "$CC" "$O" "$IMAGE" -L"$O" -lkml
t "live, linked against the image, with records" recorded
t "live, image larger than what is mapped" live_damaged
t "binding to an image"		on_image bind "tests/gates_$ARCH.S"
t "damaged images"		on_image fuzz
t "damaged images, sanitizers"	sanitized
for e in examples/*.c; do
	e=$(basename "$e" .c)
	# not for arm64 yet
	[ "$e" != handler ] || [ "$ARCH" != arm64 ] || continue
	# a thread of an ordinary program is one of its ways
	if [ "$e" = motion ]; then
		t "example motion refuses a handler" refuses motion handler
		t "example motion, an ordinary thread" $RUN "$O/examples/motion" 20
	else
		t "example $e refuses to run" refuses "$e"
	fi
done
t "install and pkg-config"	installed
t "headers, C11"		headers "$CC" -x c -std=c11 -D_DEFAULT_SOURCE
t "headers, C99 pedantic"	headers "$CC" -x c -std=gnu99 -pedantic
t "headers, musl"			musl_headers
t "headers, C++11"		headers "$CXX" -x c++ -std=c++11 -pedantic
t "headers, C++20"		headers "$CXX" -x c++ -std=c++20
t "directory of the module's parameter" trusted_parameter
t "symbol versions"		versions
t "own function of an export's name" own_function
t "manual pages"		manuals
echo "1..$n"
exit $failed
