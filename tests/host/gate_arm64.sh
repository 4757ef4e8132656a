#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The gates of arm64 without a kernel: the module's object for the kernel that has been configured runs bare metal on three CPUs, at EL1
# and at EL2 (tests/bare).

. "$(dirname "$0")/../lib/common.sh"

cross=aarch64-linux-gnu-
build=$KML_CACHE/kernel/arm64-prod
if ! command -v ${cross}gcc >/dev/null || ! command -v qemu-system-aarch64 >/dev/null || [ ! -e "$build/include/generated/asm-offsets.h" ]; then
	echo "1..0 # SKIP no cross compiler, no QEMU or no kernel: make deps kernel ARCH=arm64"
	exit 4
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# number FILE NAME: what a header of the kernel's build defines
number()
{
	awk -v name="$2" '$1 == "#define" && $2 == name { print $3 }' "$build/$1"
}

offsets=include/generated/asm-offsets.h
caps=arch/arm64/include/generated/asm/cpucap-defs.h
cp -r "$TOP/kml-mod" "$TOP/kml-vdso" "$TOP/dkms.conf" "$work"
make -s -C "$build" ARCH=arm64 CROSS_COMPILE=$cross M="$work/kml-mod" gate_arm64.o >"$work/log" 2>&1 || { sed 's/^/# /' "$work/log"; exit 1; }
flags=(-O2 -Wall -Wextra -Werror -ffreestanding -fno-pie -fno-stack-protector -mgeneral-regs-only -mstrict-align
	-DCAP_ADDRESS_AUTH="$(number $caps ARM64_HAS_ADDRESS_AUTH)" -DCAP_PAN="$(number $caps ARM64_HAS_PAN)"
	-DKEYS_KERNEL="$(number $offsets THREAD_KEYS_KERNEL)" -DKEYS_USER="$(number $offsets THREAD_KEYS_USER)"
	-DSCTLR_USER="$(number $offsets THREAD_SCTLR_USER)" -DPREEMPT="$(number $offsets TSK_TI_PREEMPT)"
	-DHARDIRQ=0x10000 -DIN_IRQ=16 -DPLAIN=0x55 -DABANDONED=0x77)
for file in gate_arm64.c gate_arm64_start.S; do
	${cross}gcc "${flags[@]}" -c -o "$work/${file%.*}.o" "$TOP/tests/bare/$file"
done
${cross}ld --no-warn-rwx-segments -T "$TOP/tests/bare/gate_arm64.lds" -o "$work/gate" "$work"/gate_arm64{,_start}.o "$work/kml-mod/gate_arm64.o"

boards=("virt -cpu cortex-a72" "virt,virtualization=on -cpu cortex-a76" "virt -cpu max")
number=0
echo "1..${#boards[@]}"
for board in "${boards[@]}"; do
	status=0
	# shellcheck disable=SC2086
	timeout 120 qemu-system-aarch64 -M $board -m 128 -display none -semihosting-config enable=on,target=native \
		-kernel "$work/gate" >"$work/out" 2>&1 </dev/null || status=$?
	{ grep -Ev '^(ok|#|the end)' "$work/out" || :; } | sed 's/^/# /'
	[ $status = 0 ] && grep -qx 'the end' "$work/out" || status=1
	[ $status = 0 ] || printf 'not '
	echo "ok $((++number)) - gates on $board: $(grep -c '^ok' "$work/out") ways"
done
