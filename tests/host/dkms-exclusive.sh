#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# DKMS leaves a kernel without the hooks alone, with its reason, and builds nothing for it. All that it needs to see is the
# kernel's configuration.

. "$(dirname "$0")/../lib/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
release=6.12.0-stock
mkdir -p "$work/headers" "$work/dkms" "$work/modules/$release" "$work/src/$KML_NAME-$KML_VERSION"
echo "CONFIG_MODULES=y" >"$work/headers/.config"
tar -C "$TOP" -cf - -T <(sources_of_checkout dkms.conf kml-mod kml-vdso) | tar -xf - -C "$work/src/$KML_NAME-$KML_VERSION"

echo 1..3
status=0
for action in add build; do
	status=0
	"${DKMS:-dkms}" $action -m "$KML_NAME" -v "$KML_VERSION" -k "$release" --dkmstree "$work/dkms" --sourcetree "$work/src" \
		--installtree "$work/modules" --kernelsourcedir "$work/headers" >>"$work/log" 2>&1 </dev/null || status=$?
done
if [ $status = 77 ]; then
	echo "ok 1 - DKMS excludes a kernel without the hooks"
else
	echo "not ok 1 - DKMS excludes a kernel without the hooks: $status"
	sed 's/^/# /' "$work/log"
fi
if grep -q BUILD_EXCLUSIVE "$work/log"; then
	echo "ok 2 - DKMS says why"
else
	echo "not ok 2 - DKMS says why"
fi
if ! grep -qi 'deprecated' "$work/log" && [ -z "$(find "$work" -name '*.ko')" ]; then
	echo "ok 3 - no module, and no word of a setting that is going away"
else
	echo "not ok 3 - no module, and no word of a setting that is going away"
fi
