#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs a flavour's own modules, and kml.ko through DKMS, into a private tree and prints it (its lib/modules is the guest's).
#
# DKMS sees a headers tree made by the kernel's packaging script, as linux-headers packages hold, never the build tree.
# With --changed, which comes after a call without, it does the same with the list of exports that changed.awk makes; with --dkms
# it does it with another DKMS, that of the Debian release SUITE.
# With --skip-allowed a kernel that DKMS excludes is no error: the reason is in LOGS/dkms-FLAVOUR.log (arm-FLAVOUR on ARM, arm64-FLAVOUR on arm64).

. "$(dirname "$0")/common.sh"

flavour=${1:?usage: module.sh FLAVOUR [--skip-allowed|--changed|--dkms SUITE]}
build=$("$TOP/tests/lib/kernel.sh" "$flavour")
release=$(cat "$build/include/config/kernel.release")
tree=$KML_CACHE/modules/$TAG$flavour
headers=$tree/usr/src/linux-headers-$release
log=$LOGS/dkms-$TAG$flavour.log

exec 9>"$KML_CACHE/kernel/$TAG$flavour.module.lock"
flock 9

llvm=()
[ "$flavour" != clang ] || llvm=(LLVM=1)

install_kernel()
{
	rm -rf "$tree"
	mkdir -p "$headers" "$tree/lib/modules"
	run_logged "$log" make -C "$build" "${KMAKE[@]}" "${llvm[@]}" INSTALL_MOD_PATH="$tree" modules_install
	rm -f "$tree/lib/modules/$release/build"
	# one compiler, or the script makes the headers' own programs anew, for the kernel's machine
	run_logged "$log" make -C "$build" "${KMAKE[@]}" "${llvm[@]}" run-command \
		KBUILD_RUN_COMMAND="env CC=gcc HOSTCC=gcc \$(srctree)/scripts/package/install-extmod-build $headers"
	cp "$build/.config" "$headers/.config"
	ln -s "$headers" "$tree/lib/modules/$release/build"
}

# Cross builds are kbuild's, which takes its settings from the environment. DKMS then says that it cannot strip the module.
dkms_here()
{
	env "${KMAKE[@]}" "$dkms" "$1" -m "$KML_NAME" -v "$KML_VERSION" -k "$release" "${dkms_arch[@]}" --dkmstree "$own/var/lib/dkms" --sourcetree "$own/usr/src" \
		--installtree "$own/lib/modules" --kernelsourcedir "$headers" --no-depmod "${@:2}"
}

install_module()
{
	local source=$own/usr/src/$KML_NAME-$KML_VERSION state=$own/var/lib/dkms status=0

	rm -rf "$source" "$state" "$own/lib/modules/$release/updates"
	mkdir -p "$source" "$state" "$own/lib/modules/$release"
	tar -C "$TOP" -cf - "${files[@]}" | tar -C "$source" -xf -
	[ "$own" != "$tree/changed" ] || awk -f "$changed" "$TOP/kml-vdso/exports.tbl" >"$source/kml-vdso/exports.tbl"
	{
		dkms_here add && dkms_here build && dkms_here install
	} >"$log" 2>&1 </dev/null || status=$?
	if [ "$status" != 0 ]; then
		# DKMS's own status for a kernel that BUILD_EXCLUSIVE_CONFIG rules out
		[ "$status:${1-}" != 77:--skip-allowed ] || return 0
		cat "$state/$KML_NAME/$KML_VERSION/build/make.log" >>"$log" 2>/dev/null || :
		tail -n 40 "$log" >&2
		die "DKMS could not build $KML_NAME for $release (log: $log)"
	fi
	# of a setting that DKMS is going to drop
	! grep -i 'deprecated' "$log" >&2 || die "DKMS warns of $KML_NAME's configuration"
	! grep -h 'warning:' "$state/$KML_NAME/$KML_VERSION/$release"/*/log/make.log >&2 || die "warnings in $KML_NAME"
}

own=$tree
dkms=dkms
changed=$TOP/tests/lib/changed.awk
if [ "${2-}" = --changed ]; then
	own=$tree/changed
	log=$LOGS/dkms-$TAG$flavour-changed.log
elif [ "${2-}" = --dkms ]; then
	dkms=$("$TOP/tests/lib/dkms.sh" "${3:?usage: module.sh FLAVOUR --dkms SUITE}")
	own=$tree/dkms-$3
	log=$LOGS/dkms-$TAG$flavour-$3.log
fi
dkms_arch=()
[ -z "$CROSS" ] || dkms_arch=(-a "$KML_ARCH")
key=$(key_of "$0" <"$build/.kml-key")
if [ "$(cat "$tree/.kml-kernel-key" 2>/dev/null)" != "$key" ]; then
	install_kernel
	echo "$key" >"$tree/.kml-kernel-key"
fi
mapfile -t files < <(sources_of_checkout dkms.conf kml-mod kml-vdso)
key=$(cd "$TOP" && key_of "${files[@]}" "$changed" "$(command -v "$dkms")" <"$tree/.kml-kernel-key")
if [ "$(cat "$own/.kml-module-key" 2>/dev/null)" != "$key" ]; then
	say "# building $KML_NAME for $release with DKMS${2:+ (${*:2})}"
	rm -f "$own/.kml-module-key"
	install_module "${2-}"
	depmod -b "$own" "$release" 2>>"$log"
	echo "$key" >"$own/.kml-module-key"
fi
echo "$own"
