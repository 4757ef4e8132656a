// SPDX-License-Identifier: GPL-2.0-only
/*
 * An export whose prototype differs in versions.sh's other list, and one that
 * does not: only the first is not called there.
 *
 * link: kml
 * run: none
 */
#include <stdio.h>

#include <kml/exports.h>
#include <kml/versions.h>

int main(void)
{
	ktime_t first = ktime_get();
	long left = (long)msleep_interruptible(20);

	printf("built %#010x, result %ld, %s\n", KML_VERSION_msleep_interruptible,
	       left, ktime_get() - first < 10000000 ? "not called" : "slept");
	return 0;
}
