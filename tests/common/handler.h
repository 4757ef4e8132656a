/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of handlers share. What they must know of the machine (how it
 * faults, a device that interrupts) is in handler_ARCH.h.
 */
#ifndef HANDLER_H
#define HANDLER_H

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <kml/handler.h>
#include <kml/kml.h>

#include "arch.h"

/* For labels of assembly: binutils 2.40 has all of them share one entry of arm64's GOT. */
#define HIDDEN	__attribute__((visibility("hidden")))

#define MS	1000000ULL
#define SECOND	1000000000ULL

/**
 * struct expect - a handler that goes wrong, and what its process gets
 * @what: for people
 * @handler: which
 * @arg: its argument
 * @signal: for the process
 * @code: its si_code
 * @addr: its si_addr
 * @any_addr: or any other
 */
struct expect {
	const char *what;
	kml_handler_t handler;
	void *arg;
	int signal, code;
	void *addr;
	bool any_addr;
};

static inline uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

/* Handlers refuse to exist without it. */
static inline bool lock_memory(void)
{
	return !mlockall(MCL_CURRENT | MCL_FUTURE);
}

/* The interrupt of the first line that has one of these names, or -1. */
static inline int interrupt_of(const char *const *names)
{
	FILE *file = fopen("/proc/interrupts", "r");
	int irq = -1;
	char line[512];

	while (file && irq < 0 && fgets(line, sizeof(line), file))
		for (const char *const *n = names; irq < 0 && *n; n++)
			if (strstr(line, *n))
				sscanf(line, "%d", &irq);
	if (file)
		fclose(file);
	return irq;
}

#if defined(__x86_64__)
#include "handler_x86_64.h"
#elif defined(__arm__)
#include "handler_arm.h"
#elif defined(__aarch64__)
#include "handler_arm64.h"
#endif

#endif /* HANDLER_H */
