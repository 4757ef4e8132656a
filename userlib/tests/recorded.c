// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A program that tests/live.c starts: linked against the image itself, it
 * records what it was built against. With -DDRIFTED that is something else.
 */
#include <kml/exports.h>
#include <kml/record.h>
#include <kml/versions.h>

#ifdef DRIFTED
#undef KML_VERSION_msleep
#define KML_VERSION_msleep 1U
#endif

KML_RECORD(msleep);
KML_RECORD(ktime_get);

int main(void)
{
	msleep(1);
	return ktime_get() == 0;
}
