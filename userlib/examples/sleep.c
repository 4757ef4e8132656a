// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sleep inside the kernel: msleep() and usleep_range() through the call gate,
 * measured with ktime_get(), which is a leaf and costs about a function call.
 *
 * These functions schedule. The gate runs them on this task's kernel stack
 * with everything that a sleeping kernel function expects.
 *
 * Run, as root: cp sleep /trusted/ && /trusted/sleep
 */
#include <stdio.h>

#include <kml/exports.h>
#include <kml/kml.h>
#include <kml/versions.h>

static void report(const char *what, ktime_t from, ktime_t to)
{
	printf("%-24s took %9.3f us\n", what, (double)(to - from) / 1000);
}

int main(void)
{
	static const struct kml_need needs[] = {
		KML_NEED(ktime_get),
		KML_NEED(msleep),
		KML_NEED(usleep_range),
		{ NULL, 0 }
	};
	ktime_t start, end;

	if (kml_require(needs))
		return 77;

	start = ktime_get();
	end = ktime_get();
	report("ktime_get()", start, end);

	start = ktime_get();
	msleep(50);
	report("msleep(50)", start, ktime_get());

	start = ktime_get();
	usleep_range(200, 300);
	report("usleep_range(200, 300)", start, ktime_get());
	return 0;
}
