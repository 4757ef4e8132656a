/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things are in the kernel, for tests that read or run them.
 */
#ifndef KALLSYMS_H
#define KALLSYMS_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A symbol's address, or 0 for one that is not there or hidden from us. */
static inline uintptr_t kallsyms_address(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], found[256];
	unsigned long address;
	uintptr_t result = 0;

	while (file && !result && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx %*c %255s", &address, found) == 2 &&
		    !strcmp(found, name))
			result = address;
	if (file)
		fclose(file);
	return result;
}

#endif /* KALLSYMS_H */
