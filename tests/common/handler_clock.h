/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device of tests of handlers on ARM and arm64: one that no driver of the
 * tests' kernel has. That is the clock of virt and vexpress, whose alarm is at
 * once, or a timer of i.MX6.
 */
#ifndef HANDLER_CLOCK_H
#define HANDLER_CLOCK_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* PL031 and EPIT */
enum { CLOCK_NOW = 0, CLOCK_MATCH = 1, CLOCK_MASK = 4, CLOCK_RAW = 5, CLOCK_CLEAR = 7 };
enum { EPIT_CONTROL = 0, EPIT_STATUS = 1, EPIT_LOAD = 2, EPIT_COMPARE = 3 };

/* Enabled, from the load value, interrupt, set-and-forget, counter overwritten, clock of the bus */
#define EPIT_RUN	(1 | 2 | 4 | 8 | 1 << 17 | 1 << 24)

static const struct arch_device {
	const char *node;
	uint64_t base;
	bool epit;
} arch_devices[] = {
	{ "pl031@9010000", 0x09010000, false },	/* virt */
	{ "rtc@170000", 0x1c170000, false },	/* vexpress */
	{ "epit@20d0000", 0x020d0000, true },	/* i.MX6 */
};

static volatile uint32_t *arch_registers;
static const struct arch_device *arch_device;
static volatile uint32_t arch_taken;

/* The first node below @path that is one of these; its path replaces @path. */
static inline bool arch_find_device(char *path, size_t size)
{
	size_t length = strlen(path);
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(path);

	while (dir && !found && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		snprintf(path + length, size - length, "/%s", entry->d_name);
		for (unsigned int i = 0; !found && i < sizeof(arch_devices) / sizeof(*arch_devices); i++)
			if (!strcmp(entry->d_name, arch_devices[i].node)) {
				arch_device = &arch_devices[i];
				found = true;
			}
		found = found || arch_find_device(path, size);
	}
	if (dir)
		closedir(dir);
	if (!found)
		path[length] = '\0';
	return found;
}

/* What a program has mapped of the kernel stays mapped when it has gone. */
static inline void arch_device_unmap(void)
{
	iounmap(arch_registers);
}

/* Its interrupt, or -1. */
static inline int arch_device_interrupt(void)
{
	static const char tree[] = "/proc/device-tree";
	static char path[512];

	strcpy(path, tree);
	if (!arch_find_device(path, sizeof(path)))
		return -1;
	arch_registers = ioremap(arch_device->base, 4096);
	if (!arch_registers)
		return -1;
	atexit(arch_device_unmap);
	arch_registers[arch_device->epit ? EPIT_CONTROL : CLOCK_CLEAR] = !arch_device->epit;
	if (!arch_device->epit)
		arch_registers[CLOCK_MASK] = 1;
	return kml_of_irq(path + strlen(tree), 0);
}

/* Has it raised its interrupt? If so, that is over. */
static KML_HANDLER inline bool arch_device_take(void)
{
	if (arch_device->epit) {
		if (!(arch_registers[EPIT_STATUS] & 1))
			return false;
		arch_registers[EPIT_CONTROL] = 0;
		arch_registers[EPIT_STATUS] = 1;
		return true;
	}
	if (!(arch_registers[CLOCK_RAW] & 1))
		return false;
	arch_taken++;
	/* what can never be again */
	arch_registers[CLOCK_MATCH] = arch_registers[CLOCK_NOW] - 1;
	arch_registers[CLOCK_CLEAR] = 1;
	return true;
}

static inline void arch_device_raise(void)
{
	uint32_t taken = arch_taken, second, i;

	if (arch_device->epit) {
		arch_registers[EPIT_CONTROL] = 0;
		arch_registers[EPIT_STATUS] = 1;
		arch_registers[EPIT_LOAD] = 1000;
		arch_registers[EPIT_COMPARE] = 500;
		arch_registers[EPIT_CONTROL] = EPIT_RUN;
		return;
	}
	/* again if the second was over before it was written */
	do {
		second = arch_registers[CLOCK_NOW];
		arch_registers[CLOCK_MATCH] = second;
		for (i = 0; arch_registers[CLOCK_NOW] != second && i < 1000; i++)
			if (arch_taken != taken || (arch_registers[CLOCK_RAW] & 1))
				return;
	} while (i);
}

#endif /* HANDLER_CLOCK_H */
