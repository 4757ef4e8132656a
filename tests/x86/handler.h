/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of handlers share.
 */
#ifndef HANDLER_H
#define HANDLER_H

#include <stdint.h>
#include <sys/mman.h>
#include <time.h>

#include <kml/handler.h>
#include <kml/kml.h>

#define MS	1000000ULL
#define SECOND	1000000000ULL

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

#endif /* HANDLER_H */
