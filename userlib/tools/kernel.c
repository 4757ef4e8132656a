// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the running kernel have the hooks that the module needs?
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "util.h"

/* CONFIG_KERNEL_MODE_LINUX selects KALLSYMS, whose names are everybody's. */
static int in_kallsyms(const char *symbol)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512], name[256], module[256];
	int found = 0;

	if (!file)
		return errno == ENOENT ? 0 : -errno;
	while (!found && fgets(line, sizeof(line), file)) {
		/* a third field is a module's name */
		if (strstr(line, symbol) &&
		    sscanf(line, "%*s %*s %255s %255s", name, module) == 1)
			found = !strcmp(name, symbol);
	}
	fclose(file);
	return found;
}

/**
 * kernel_has_kml - was the running kernel built with CONFIG_KERNEL_MODE_LINUX?
 *
 * Return: 1 or 0, or a negative errno.
 */
int kernel_has_kml(void)
{
	/* the module is loaded: only such a kernel can */
	if (!access("/sys/kernel/kml", F_OK))
		return 1;
	return in_kallsyms("kml_register");
}
