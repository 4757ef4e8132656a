#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints the configuration of one of Debian's own kernels of this series, from its package linux-config, as it is:
#
#   tests/lib/debian_config.sh none|rt|cloud [cut]
#
# With "cut" it is one for a guest of QEMU: of the drivers, file systems and protocols that are modules in Debian's only those that
# the tests' kernel has, built in. What Debian builds in itself and what is not a module stays what it is.

. "$(dirname "$0")/common.sh"

[ "$KML_ARCH" = x86_64 ] || die "Debian's configurations are for x86_64 here"
case ${1-} in
none) name=config.amd64_none_amd64 ;;
rt) name=config.amd64_rt_amd64 ;;
cloud) name=config.amd64_none_cloud-amd64 ;;
*) die "usage: debian_config.sh none|rt|cloud [cut]" ;;
esac
dir=$("$TOP/tests/lib/backports.sh" "linux-config-$KML_SERIES")
if [ "${2-}" != cut ]; then
	exec xzcat "$dir/$name.xz"
fi
ours=("$TOP/tests/arch/$KML_ARCH.config" "$TOP/tests/arch/prod.config")
xzcat "$dir/$name.xz" | awk '
	BEGIN { FS = OFS = "=" }
	FILENAME != "-" { if ($2 == "y") have[$1]; next }
	$2 == "m" { $2 = $1 in have ? "y" : "n" }
	{ print }' "${ours[@]}" -
