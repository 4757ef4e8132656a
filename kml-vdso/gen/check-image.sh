#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Refuse an image that needs relocation, has a writable segment or wants
# symbols from elsewhere: it is mapped as it is.
set -eu
export LC_ALL=C

image=${1:?usage: check-image.sh IMAGE}
die()
{
	echo "$image: $1" >&2
	rm -f "$image"
	exit 1
}

readelf --dyn-syms -W "$image" | grep -Eq ' __kml_table(@|$)' || die "does not show its table"
readelf -rW "$image" | grep -q 'There are no relocations' || die "has relocations"
[ "$(readelf -lW "$image" | grep -c '^  LOAD')" = 1 ] || die "has not exactly one segment"
readelf -lW "$image" | grep -q '^  LOAD .* R E ' || die "its segment is not read-only and executable"
! readelf -dW "$image" | grep -qE '\((NEEDED|TEXTREL|RELA?|JMPREL|INIT|FINI)\)' || die "needs work by a dynamic linker"
! readelf --dyn-syms -W "$image" | awk '$7 == "UND" && $8 != ""' | grep -q . || die "has undefined symbols"
