// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user of the packages writes: says who runs it and at which privilege,
 * and calls the kernel by name.
 *
 * Exit status: 0 at kernel privilege, 3 as an ordinary program, else a failure.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <kml/exports.h>
#include <kml/kml.h>

int main(void)
{
	unsigned int cs;
	ktime_t start;

	__asm__ volatile("mov %%cs, %0" : "=r" (cs));
	printf("uid %d cpl %u\n", (int)getuid(), cs & 3);
	if (!kml_available()) {
		printf("ordinary: %s\n", kml_strerror(kml_state()));
		return cs & 3 ? 3 : 1;
	}
	start = ktime_get();
	usleep_range(1000, 2000);
	if (ktime_get() - start < 1000 * 1000 || sys_getpid() != getpid())
		return 1;
	printf("privileged: called the kernel by name\n");
	return cs & 3 ? 1 : 0;
}
