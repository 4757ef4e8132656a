// SPDX-License-Identifier: GPL-2.0-only
/*
 * A new program that calls exports which only versions.sh's other list has, and tells
 * a version of that list.
 *
 * link: kml-changed
 * run: none
 */
#include <stdio.h>

#include <kml/exports.h>
#include <kml/versions.h>

int main(void)
{
	unsigned long map[2] = { 7, 1 };

	printf("%llu %d %d %#010x\n", (unsigned long long)int_pow(3, 5), hex_to_bin('f'),
	       (int)__bitmap_weight(map, 8 * sizeof(map)),
	       KML_VERSION_msleep_interruptible);
	return 0;
}
