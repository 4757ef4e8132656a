#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds one kernel flavour (a fragment of tests/arch: prod, debug, stock, rt, ...) from Debian's source package and the patch queue, and
# prints its build tree. "source" as the flavour unpacks the package only, and prints where to. With --configure after the flavour it
# is configured, not built; with --seconds nothing is done, and the answer is how long a build would take (0: it is there).
#
# A tree is reused: a changed queue touches only the files whose content changed, so make rebuilds what depends on them.

. "$(dirname "$0")/common.sh"
. "$TOP/tests/lib/progress.sh"

flavour=${1:?usage: kernel.sh FLAVOUR [--configure|--seconds]}
only=${2-}
tarball=${KML_KERNEL_TARBALL:-/usr/src/linux-source-$KML_SERIES.tar.xz}
[ -r "$tarball" ] || [ -n "${KML_KERNEL_TARBALL-}" ] || tarball=$KML_CACHE/sources/linux-source-$KML_SERIES.tar.xz
queue=$TOP/core-patch/$KML_SERIES
arch=$TOP/tests/arch
[ -r "$tarball" ] || die "$tarball is missing: run 'make deps SERIES=$KML_SERIES'"

version=$(stat -c %s-%Y "$tarball")
trees=$KML_CACHE/kernel/$KML_SERIES-$version
build=$KML_CACHE/kernel/$TAG$flavour
log=$LOGS/kernel-$TAG$flavour.log

patches=()
if [ "$flavour" != stock ] && [ -s "$queue/series" ]; then
	while read -r patch _; do
		patches+=("$queue/$patch")
	done < <(grep -Ev '^[[:space:]]*(#|$)' "$queue/series")
fi
fragments=("$arch/$KML_ARCH.config")
# a flavour may be made of others
for part in $(sed -n 's/^# on top of: //p' "$arch/$ARCH_TAG$flavour.config" 2>/dev/null); do
	fragments+=("$arch/$ARCH_TAG$part.config")
done
fragments+=("$arch/$ARCH_TAG$flavour.config")
# it may also be a configuration of its own
! grep -q '^# complete:' "$arch/$ARCH_TAG$flavour.config" 2>/dev/null || fragments=("$arch/$ARCH_TAG$flavour.config")
case $KML_ARCH-$flavour in
arm-prod|arm-stock) fragments+=("$arch/arm-imx6.config") ;;
esac
[ "$flavour" = source ] || [ -e "$arch/$ARCH_TAG$flavour.config" ] || die "$KML_ARCH has no flavour $flavour"
# offered: does the queue make Kernel-Mode Linux an option of this architecture? Cut short (tests/bisect.sh) it does not yet.
offered()
{
	local dir=$KML_ARCH

	[ "$dir" != x86_64 ] || dir=x86
	awk -v file="b/arch/$dir/Kconfig" '
		/^\+\+\+ / { here = $2 == file }
		here && /^\+[ \t]*select HAVE_KERNEL_MODE_LINUX/ { found = 1 }
		END { exit !found }' "$@"
}

[ ${#patches[@]} = 0 ] || ! offered "${patches[@]}" || fragments+=("$arch/kml.config")
# "from Debian: none|rt|cloud [cut]": it is made of one of theirs (lib/debian_config.sh)
debian=$(sed -n 's/^# from Debian: //p' "$arch/$ARCH_TAG$flavour.config" 2>/dev/null || :)
# what this series has otherwise, of each fragment
for fragment in "${fragments[@]}"; do
	[ ! -e "${fragment%.config}-$KML_SERIES.config" ] || fragments+=("${fragment%.config}-$KML_SERIES.config")
done

# the compiler and linker of the kernel; DKMS finds out by itself which those were
compiler=("${CROSS}gcc")
if [ "$flavour" = clang ]; then
	compiler=(clang)
	KMAKE+=(LLVM=1)
fi

trees_added=()
[ "$KML_ARCH" != arm ] || trees_added=("$arch"/*.dts)

# unpack DIR: the package's tree, complete or not there at all.
unpack()
{
	[ ! -d "$1" ] || return 0
	say "# unpacking $tarball"
	rm -rf "$1.tmp"
	mkdir -p "$1.tmp"
	tar -xJf "$tarball" -C "$1.tmp" --strip-components=1
	mv "$1.tmp" "$1"
}

# touched PATCH...: the files that the patches name.
touched()
{
	[ $# = 0 ] || sed -nE 's,^(---|\+\+\+) [ab]/([^[:space:]]+).*,\2,p' "$@" | sort -u
}

# patch_tree TREE: bring TREE to "package + queue", writing only files whose content differs.
patch_tree()
{
	local tree=$1 orig=$trees/stock stage file

	stage=$(mktemp -d "$trees/stage.XXXXXX")
	touched "${patches[@]}" >"$stage/.new"
	while read -r file; do
		[ ! -e "$orig/$file" ] || install -D -m "$(stat -c %a "$orig/$file")" "$orig/$file" "$stage/$file"
	done <"$stage/.new"
	for file in "${patches[@]}"; do
		run_logged "$log" patch -d "$stage" -p1 -F0 --no-backup-if-mismatch -i "$file"
	done
	touch "$tree/.kml-touched"
	while read -r file; do
		if [ -e "$stage/$file" ]; then
			cmp -s "$stage/$file" "$tree/$file" || install -D -m "$(stat -c %a "$stage/$file")" "$stage/$file" "$tree/$file"
		elif [ -e "$orig/$file" ]; then
			cmp -s "$orig/$file" "$tree/$file" || install -D -m "$(stat -c %a "$orig/$file")" "$orig/$file" "$tree/$file"
		else
			rm -f "$tree/$file"
		fi
	done < <(sort -u "$stage/.new" "$tree/.kml-touched")
	mv "$stage/.new" "$tree/.kml-touched"
	rm -rf "$stage"
}

# configure TREE: the fragments over allnoconfig or over Debian's configuration; a line that Kconfig did not take is an error.
configure()
{
	local command=(make -C "$1" O="$build" "${KMAKE[@]}" KCONFIG_CONFIG=.config.new)

	cat "${fragments[@]}" >"$build/.fragments"
	if [ -n "$debian" ]; then
		cat "$build/.debian" "$build/.fragments" >"$build/.config.new"
		run_logged "$log" "${command[@]}" olddefconfig
	else
		run_logged "$log" "${command[@]}" KCONFIG_ALLCONFIG="$build/.fragments" allnoconfig
	fi
	awk '
		match($0, /^CONFIG_[A-Za-z0-9_]+=/) {
			name = substr($0, 1, RLENGTH - 1); value = substr($0, RLENGTH + 1)
			if (FILENAME == ARGV[1]) want[name] = value; else have[name] = value
		}
		END {
			for (name in want) if ((name in have ? have[name] : "n") != want[name]) {
				print "kernel.sh: Kconfig made " name "=" (name in have ? have[name] : "n") ", asked for " want[name]; bad = 1
			}
			exit bad
		}' "$build/.fragments" "$build/.config.new" >&2 || exit 1
	if cmp -s "$build/.config.new" "$build/.config"; then
		rm "$build/.config.new"
	else
		mv "$build/.config.new" "$build/.config"
	fi
}

# The stock tree compiles without one warning under these configurations, so any warning is ours. objtool does not fail
# the build by itself; the object goes away so that the next run meets the warning again.
no_warnings()
{
	local object

	# Debian's drivers are not ours to judge
	if [ -n "$debian" ] && [ "${debian% cut}" = "$debian" ]; then
		grep 'warning:' "$log" | grep -F -f "$tree/.kml-touched" >&2 || return 0
	else
		grep 'warning:' "$log" >&2 || return 0
	fi
	sed -nE 's/^([^ :]+\.o): warning: objtool.*/\1/p' "$log" | sort -u | while read -r object; do
		rm -f "$build/$object"
	done
	die "warnings while building $TAG$flavour (log: $log)"
}

# board_trees TREE: the device trees of the boards that QEMU does not describe itself, in the build tree's dtbs. What is to be
# added for QEMU is in tests/arch.
board_trees()
{
	local file name dtc=$build/scripts/dtc/dtc

	[ "$KML_ARCH" = arm ] || return 0
	mkdir -p "$build/dtbs"
	for name in vexpress-v2p-ca15-tc1 imx6q-sabrelite; do
		file=$(cd "$1/arch/arm/boot/dts" && find . -name "$name.dts")
		file=${file#./}
		run_logged "$log.dtb" make -C "$1" O="$build" "${KMAKE[@]}" "${file%.dts}.dtb"
		{
			"$dtc" -q -I dtb -O dts "$build/arch/arm/boot/dts/${file%.dts}.dtb"
			cat "$arch/$name.dts" 2>/dev/null || :
		} | "$dtc" -q -I dts -O dtb -o "$build/dtbs/$name.dtb" -
	done
}

# compile TREE: a terminal gets a line that says how far it is
compile()
{
	local command=(make -C "$1" O="$build" -j"$(nproc)" ${KML_CC:+CC="$KML_CC"} "${KMAKE[@]}") watcher=

	if [ -t 2 ]; then
		# what make must have to know what it will do
		run_logged "$log" "${command[@]}" prepare
		: >"$log"
		show_progress "$TAG$flavour" "$log" "${command[@]}" "${TARGETS[@]}" >/dev/null 7<&- 9<&- &
		watcher=$!
	fi
	run_logged "$log" "${command[@]}" "${TARGETS[@]}"
	if [ -n "$watcher" ]; then
		kill "$watcher" 2>/dev/null || :
		printf '\r\033[K' >&2
	fi
}

mkdir -p "$trees"
if [ "$flavour" = source ]; then
	exec 8>"$KML_CACHE/kernel/source.lock"
	flock 8
	unpack "$trees/stock"
	echo "$trees/stock"
	exit
fi
mkdir -p "$build"
if [ "$only" != --seconds ]; then
	exec 9>"$KML_CACHE/kernel/$TAG$flavour.lock"
	flock 9
fi

if [ -n "$debian" ]; then
	# shellcheck disable=SC2086
	"$TOP/tests/lib/debian_config.sh" $debian >"$build/.debian"
else
	: >"$build/.debian"
fi
key=$({ printf '%s\n' "$version" "$TAG$flavour"; "${compiler[@]}" --version; cat "$build/.debian"; } | key_of "$0" "${patches[@]}" "${fragments[@]}" "${trees_added[@]}")
if [ "$only" = --seconds ]; then
	if [ "$(cat "$build/.kml-key" 2>/dev/null)" = "$key" ]; then
		echo 0
	else
		# as long as the longest of these kernels took here; what a slow machine needs where none has been built
		{ cat "$KML_CACHE/kernel/$ARCH_TAG"*/.kml-seconds 2>/dev/null || echo 1500; } | sort -n | tail -n 1
	fi
	exit
fi
if [ "$(cat "$build/.kml-key" 2>/dev/null)" != "$key" ]; then
	rm -f "$build/.kml-key"
	tree=$trees/stock
	(
		flock 8
		unpack "$trees/stock"
		if [ ${#patches[@]} != 0 ]; then
			if [ ! -d "$trees/patched" ]; then
				rm -rf "$trees/patched.tmp"
				cp -a "$trees/stock" "$trees/patched.tmp"
				mv "$trees/patched.tmp" "$trees/patched"
			fi
			# not while a compiler of the other flavour reads the tree
			exec 7<"$trees/patched"
			flock 7
			patch_tree "$trees/patched"
		fi
	) 8>"$KML_CACHE/kernel/source.lock"
	[ ${#patches[@]} = 0 ] || tree=$trees/patched
	configure "$tree"
	if [ "$only" = --configure ]; then
		echo "$build"
		exit
	fi
	say "# building kernel $TAG$flavour"
	start=$SECONDS
	exec 7<"$tree"
	flock -s 7
	compile "$tree"
	no_warnings
	board_trees "$tree"
	echo "$key" >"$build/.kml-key"
	# that of a whole build, not of one that continued
	[ $((SECONDS - start)) -le "$(cat "$build/.kml-seconds" 2>/dev/null || echo 0)" ] || echo $((SECONDS - start)) >"$build/.kml-seconds"
	say "# kernel $TAG$flavour: $((SECONDS - start)) s"
fi
echo "$build"
