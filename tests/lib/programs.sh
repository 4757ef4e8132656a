#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the test programs, libkml, its examples and the kml command into one tree for the guest and prints it; when nothing has
# changed, prints it only. With --crc instead those of "link: kml-crc", which take the prod kernel, and prints their tree.
#
# A test's opening comment may say how: "build: static|static-pie|dynamic|bare|m32|mx32|arm" and "link: kml|kml-vdso|kml-changed|kml-crc".

. "$(dirname "$0")/common.sh"

[ "${1---crc}" = --crc ] || die "usage: programs.sh [--crc]"
out=$KML_CACHE/guest/${ARCH_TAG}programs
log=$LOGS/${ARCH_TAG}programs.log
exec 9>"$KML_CACHE/kernel/${ARCH_TAG}programs.lock"
flock 9

# a directory may have no scripts
shopt -s nullglob
sources=() scripts=()
for dir in "${TEST_DIRS[@]}"; do
	sources+=("$TOP/tests/$dir"/*.c)
	scripts+=("$TOP/tests/$dir"/*.sh)
done
shopt -u nullglob

# what the opening lines of tests say: by file and word
declare -A said
while IFS=$'\t' read -r file word value; do
	said[$file:$word]=$value
done < <(awk '
	FNR <= 20 && match($0, /^[ \t\/*#]*[a-z]+:[ \t]*/) {
		word = substr($0, 1, RLENGTH)
		value = substr($0, RLENGTH + 1)
		gsub(/[^a-z]/, "", word)
		sub(/[ \t]*(\*.*)?$/, "", value)
		if (value != "" && !seen[FILENAME, word]++)
			print FILENAME "\t" word "\t" value
	}' "${sources[@]}" "${scripts[@]}")

# header FILE WORD DEFAULT: the value of "WORD: value" in the opening lines of a test.
header()
{
	echo "${said[$1:$2]-$3}"
}

# those_for_here FILE...: what is for this architecture, in the array here
those_for_here()
{
	local file

	here=()
	for file; do
		case " $(header "$file" arch "$KML_ARCH") " in
		*" $KML_ARCH "*) here+=("$file") ;;
		esac
	done
}

those_for_here "${sources[@]}"
sources=("${here[@]}")
those_for_here "${scripts[@]}"
scripts=("${here[@]}")

# library TARGET DIRECTORY SETTING...: builds libkml there
library()
{
	local target=$1 dir=$2
	shift 2

	[ -z "$CROSS" ] || set -- "$@" ARCH="$KML_ARCH" CC="${CROSS}gcc" AR="${CROSS}ar" LD="${CROSS}ld"
	run_logged "$log" make -C "$TOP/userlib" O="$dir" "$@" "$target"
}

# libkml's own build directory is this machine's; others are kept with what is built for guests. Programs are linked with two more:
# one for another list of exports (changed), one that records the prod kernel's CRCs (crc).
other=$KML_CACHE/guest/${ARCH_TAG}userlib

# compile FILE DIR: a program of tests/, into the directory for those
compile()
{
	local file=$1 tests=$2 name build link flags=() libs=()
	local bare=(-static -nostdlib -ffreestanding -fno-pie -no-pie -idirafter "/usr/include/$KML_ARCH-linux-gnu")

	# or atomic operations are functions of a library
	[ "$KML_ARCH" != arm64 ] || bare+=(-mno-outline-atomics)
	name=${file#"$TOP/tests/"}
	build=$(header "$file" build static)
	link=$(header "$file" link none)
	case $build in
	static) flags=(-static) ;;
	static-pie) flags=(-static-pie -fPIE) ;;
	dynamic) flags=() ;;
	m32) flags=(-m32 "${bare[@]}") ;;
	mx32) flags=(-mx32 "${bare[@]}") ;;
	arm) flags=(-static -marm) ;;
	bare) flags=("${bare[@]}") ;;
	*) die "$name: unknown 'build: $build'" ;;
	esac
	case $link in
	none) ;;
	kml) libs=(-lkml) ;;
	kml-vdso) libs=(-l:kml-vdso.so) ;;
	kml-changed|kml-crc)
		libs=(-lkml)
		flags+=(-I"$other${link#kml}/include" -I"$other${link#kml}/vdso/include" -L"$other${link#kml}")
		;;
	*) die "$name: unknown 'link: $link'" ;;
	esac
	# ARM's C library has no static position-independent programs: a dynamic one, with libkml in it
	if [ "$build-$KML_ARCH" = static-pie-arm ]; then
		flags=(-pie -fPIE)
		libs=("${libs[@]/-lkml/-l:libkml.a}")
	fi
	mkdir -p "$tests/${name%/*}"
	run_logged "$log" "${CROSS}gcc" -std=gnu11 -O2 -g1 -Wall -Wextra -Werror -pthread "${flags[@]}" -I"$TOP/tests/common" \
		-I"$out/root/usr/include" -L"$out/root/usr/lib" -o "$tests/${name%.c}" "$file" "${libs[@]}"
}

# compile_all DIR: all but what records CRCs, on all processors
compile_all()
{
	local workers=() worker i

	for ((worker = 0; worker < $(nproc); worker++)); do
		(
			log=${log%.log}-$worker.log
			for ((i = worker; i < ${#sources[@]}; i += $(nproc))); do
				[ "$(header "${sources[i]}" link none)" = kml-crc ] || compile "${sources[i]}" "$1"
			done
		) &
		workers+=($!)
	done
	for worker in "${workers[@]}"; do
		wait "$worker"
	done
}

# build_all: all but what records CRCs
build_all()
{
	local library=$TOP/userlib/build tools=(TOOLS=yes) list=$other-changed/kml-vdso sysroot file

	rm -rf "$out"
	mkdir -p "$out/tests" "$out/root"
	if [ -n "$CROSS" ]; then
		library=$other
		sysroot=$("$TOP/tests/lib/sysroot.sh")
		tools+=(TOOLS_CFLAGS="-I$sysroot/include" TOOLS_LIBS="-L$sysroot/lib -Wl,-rpath-link,$sysroot/lib -lkmod -lelf")
	fi
	library all "$library" "${tools[@]}"
	library install "$library" "${tools[@]}" PREFIX=/usr DESTDIR="$out/root"
	mkdir -p "$list"
	cp -r "$TOP/kml-vdso/." "$list"
	awk -f "$TOP/tests/lib/changed.awk" "$TOP/kml-vdso/exports.tbl" >"$list/exports.tbl"
	library lib "$other-changed" KML_VDSO="$list"

	for file in "$library"/examples/*; do
		[ ! -x "$file" ] || install -D -m 755 "$file" "$out/tests/examples/${file##*/}"
	done
	compile_all "$out/tests"
	for file in "${scripts[@]}"; do
		install -D -m 755 "$file" "$out/tests/${file#"$TOP/tests/"}"
	done
	make_plan
}

# plan: NAME MODE TIMEOUT USER BOOTS DEPENDS FILE of every test; a file without KTAP of its own (helpers) says "run: none", one
# after which nothing can run "order: last"
make_plan()
{
	local file name modes mode label depends boots word

	for file in "${sources[@]}" "${scripts[@]}"; do
		name=${file#"$TOP/tests/"}
		modes=$(header "$file" run trusted)
		case $modes in
		both) modes="trusted plain" ;;
		none) modes= ;;
		trusted|plain|root-sh) ;;
		*) die "$name: unknown 'run: $modes'" ;;
		esac
		depends=$(header "$file" depends nothing)
		boots=$(header "$file" boots all)
		for word in $depends; do
			[[ " nothing cpu pages gs layout debug tick rt " == *" $word "* ]] || die "$name: unknown 'depends: $word'"
		done
		for mode in $modes; do
			label=${name%.*}
			[ "$mode" != plain ] || label=$label:plain
			echo "$(header "$file" order any) $label $mode $(header "$file" timeout 60) $(header "$file" user root)" \
				"${boots// /,} ${depends// /,} ${name%.c}"
		done
	done >"$out/plan.all"
	{
		sed -n 's/^any //p' "$out/plan.all"
		sed -n 's/^last //p' "$out/plan.all"
	} >"$out/plan"
}

build_crc()
{
	local symvers file

	symvers=$("$TOP/tests/lib/kernel.sh" prod)/Module.symvers
	rm -rf "$out_crc"
	mkdir -p "$out_crc"
	library lib "$other-crc" SYMVERS="$symvers"
	for file in "${sources[@]}"; do
		[ "$(header "$file" link none)" != kml-crc ] || compile "$file" "$out_crc"
	done
}

key=$(cd "$TOP" && {
	"${CROSS}gcc" --version
	dpkg-query -W -f '${Package} ${Version}\n' libc6-dev libkmod-dev libelf-dev "libc6-dev-*-cross" 2>/dev/null || :
	sources_of_checkout dkms.conf kml-vdso userlib tests/common "${TEST_DIRS[@]/#/tests/}" | xargs sha256sum
} | key_of "$0" "$TOP"/tests/lib/{changed.awk,common.sh,sysroot.sh})
if [ "$(cat "$out/.kml-key" 2>/dev/null)" != "$key" ]; then
	say "# building programs${ARCH_TAG:+ ($KML_ARCH)}"
	build_all
	echo "$key" >"$out/.kml-key"
fi
if [ "${1-}" = --crc ]; then
	key=$(key_of "$("$TOP/tests/lib/kernel.sh" prod)/Module.symvers" <<<"$key")
	out_crc=$KML_CACHE/guest/${TAG}programs-crc
	if [ "$(cat "$out_crc/.kml-key" 2>/dev/null)" != "$key" ]; then
		build_crc
		echo "$key" >"$out_crc/.kml-key"
	fi
	out=$out_crc
fi
echo "$out"
