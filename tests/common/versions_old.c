// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that was built for one list of exports and one kernel, with that
 * kernel's CRCs, and that versions.sh runs on others.
 *
 * link: kml-crc
 * run: none
 */
#include <stdio.h>
#include <unistd.h>

#include <kml/exports.h>
#include <kml/kml.h>

int main(void)
{
	ktime_t first = ktime_get();

	if (!kml_available()) {
		puts(kml_strerror(kml_state()));
		return 1;
	}
	msleep(2);
	if (ktime_get() - first < 1000000 || sys_getpid() != getpid() ||
	    jiffies_to_msecs(0) || kml_why("msleep"))
		return 1;
	puts("works");
	return 0;
}
