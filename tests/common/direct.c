// SPDX-License-Identifier: GPL-2.0-only
/*
 * Without libkml: the dynamic linker binds the exports by name and version to
 * the KML vDSO, which it must accept as the kml-vdso.so that the program needs.
 * As an ordinary program it does not start.
 *
 * build: dynamic
 * link: kml-vdso
 * run: trusted
 * depends: layout debug
 */
#include <time.h>

#include <kml/exports.h>

#include "ktap.h"

int main(void)
{
	ktime_t first, second;
	struct timespec ts;
	int status;

	ktap_start();
	ktap_check_privilege();
	first = ktime_get();
	msleep(2);
	second = ktime_get();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	ktap_ok(first > 0 && second > first, "ktime_get() increases: %lld, %lld", first, second);
	ktap_ok(ts.tv_sec - second / 1000000000 <= 1, "and agrees with CLOCK_MONOTONIC");
	ktap_ok(sys_getpid() == getpid(), "sys_getpid() %ld", sys_getpid());
	status = system("/plain/common/direct >/tmp/direct.out 2>&1");
	ktap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 1, "a plain one exits with 1: status %#x",
		status);
	status = system("grep -q 'version .KML_1. not found' /tmp/direct.out");
	ktap_ok(status == 0, "as the version is not found");
	return ktap_end();
}
