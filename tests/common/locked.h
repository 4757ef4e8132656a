/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells how much of the program's memory is locked: of what was there when it
 * began, and of what it maps later. The same source however it is linked with
 * libkml.
 */
#ifndef LOCKED_H
#define LOCKED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <kml/exports.h>

/* Mappings of files and memory, and how many of these have the flag "lo". */
static inline void locked_count(unsigned int *all, unsigned int *locked)
{
	char line[512];
	FILE *file = fopen("/proc/self/smaps", "r");
	unsigned long start, end;
	bool special = false;

	while (file && fgets(line, sizeof(line), file)) {
		/* the kernel's own mappings are always there, and never locked */
		if (sscanf(line, "%lx-%lx %*c", &start, &end) == 2)
			special = strchr(line, '[') && !strstr(line, "[heap]") && !strstr(line, "[stack]");
		if (strncmp(line, "VmFlags:", 8) || special)
			continue;
		(*all)++;
		*locked += !!strstr(line, " lo");
	}
	if (file)
		fclose(file);
}

static inline int locked_main(void)
{
	unsigned int all = 0, locked = 0;
	const char *asked = getenv("KML_MLOCK");

	/* a program without an export has no libkml */
	ktime_get();
	if (mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
		return 1;
	locked_count(&all, &locked);
	printf("locked: %s, KML_MLOCK: %s\n", !locked ? "none" : locked == all ? "all" : "some", asked ? asked : "none");
	return 0;
}

#endif /* LOCKED_H */
