// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Read a kernel variable: find jiffies by name, then read it like any other
 * variable, a few times while the timer ticks.
 *
 * The address is a plain pointer: at kernel privilege a load is all it takes.
 * With a wrong address the load would end this process with SIGSEGV.
 *
 * Run, as root: cp kvar /trusted/ && /trusted/kvar
 */
#include <stdio.h>

#include <kml/exports.h>
#include <kml/kml.h>
#include <kml/versions.h>

int main(void)
{
	static const struct kml_need needs[] = {
		KML_NEED(kallsyms_lookup_name),
		KML_NEED(msleep),
		{ NULL, 0 }
	};
	const volatile unsigned long *jiffies;

	if (kml_require(needs))
		return 77;

	jiffies = (const unsigned long *)kallsyms_lookup_name("jiffies");
	if (!jiffies) {
		fprintf(stderr, "kvar: no symbol jiffies: kernel without CONFIG_KALLSYMS_ALL?\n");
		return 1;
	}
	for (int i = 0; i < 4; i++) {
		printf("jiffies at %p is %lu\n", (const void *)jiffies, *jiffies);
		fflush(stdout);
		msleep(100);
	}
	return 0;
}
