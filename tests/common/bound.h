/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program finds however it is linked with libkml: the same source for
 * all of them.
 */
#ifndef BOUND_H
#define BOUND_H

#include <errno.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "arch.h"
#include "ktap.h"

static inline void bound_calls(void)
{
	ktime_t first = ktime_get(), second;
	struct timespec ts;

	msleep(2);
	second = ktime_get();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	ktap_ok(first > 0 && second > first, "ktime_get() increases: %lld, %lld", first, second);
	ktap_ok(ts.tv_sec - second / 1000000000 <= 1, "and agrees with CLOCK_MONOTONIC");
	ktap_ok(sys_getpid() == getpid(), "sys_getpid() %ld", sys_getpid());
}

static inline void bound_trusted(void)
{
	ktap_ok(kml_available() == 1 && kml_state() == KML_OK, "%s", kml_strerror(kml_state()));
	bound_calls();
}

/* An ordinary process is refused everything and never crashes. */
static inline void bound_plain(void)
{
	const char *why = kml_strerror(kml_state());

	ktap_ok(kml_available() == 0 && kml_state() != KML_OK, "not available");
	ktap_ok(why && *why, "the reason: %s", why);
	ktap_ok(sys_getpid() == -ENOSYS, "sys_getpid() is -ENOSYS");
	ktap_ok(ARCH_SYS_MMAP(0, 1, 2, 3, 4, 5) == -ENOSYS, "with six arguments, too");
	ktap_ok(!kmalloc(16, GFP_KERNEL), "kmalloc() is NULL");
	msleep(1);
	ktap_ok(!kml_sym("msleep"), "kml_sym() is NULL");
	ktap_ok(kml_call("sys_getpid", 0) == -ENOSYS, "kml_call() is -ENOSYS");
	ktap_ok(kml_why("msleep"), "kml_why(): %s", kml_why("msleep"));
}

static inline int bound_main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (ktap_trusted())
		bound_trusted();
	else
		bound_plain();
	return ktap_end();
}

#endif /* BOUND_H */
