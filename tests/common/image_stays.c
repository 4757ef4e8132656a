// SPDX-License-Identifier: GPL-2.0-only
/*
 * The KML vDSO and the stock one below it name each other by distance, so the
 * image cannot be moved away, as a whole or in part: mremap() is EINVAL, and
 * what is in it works as before.
 *
 * link: kml
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

/* Bytes of the mapping that starts at @start; 0: none does. */
static unsigned long mapped(unsigned long start)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long from = 0, to = 0;
	char line[512];

	while (maps && from != start && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx", &from, &to) != 2)
			from = 0;
	if (maps)
		fclose(maps);
	return from == start ? to - from : 0;
}

static void move(const char *what, char *image, unsigned long size)
{
	char *place = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *moved = mremap(image, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, place);
	ktime_t before = ktime_get();

	ktap_ok(moved == MAP_FAILED && errno == EINVAL && ktime_get() >= before, "%s stays, and its code works", what);
}

int main(void)
{
	unsigned long start = getauxval(AT_SYSINFO_EHDR), size = mapped(start);

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(size > 4096, "the image is mapped: %lu bytes", size))
		return ktap_end();
	move("the image", (char *)start, size);
	move("its first page", (char *)start, 4096);
	return ktap_end();
}
