/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The few lines of KTAP that libkml's tests print.
 */
#ifndef _KML_TESTS_KTAP_H
#define _KML_TESTS_KTAP_H

#include <stdio.h>

static unsigned int ktap_count, ktap_failed;

static inline void ktap_ok(int ok, const char *what)
{
	ktap_failed += !ok;
	printf("%sok %u %s\n", ok ? "" : "not ", ++ktap_count, what);
}

static inline int ktap_end(void)
{
	printf("1..%u\n", ktap_count);
	return !!ktap_failed;
}

#endif /* _KML_TESTS_KTAP_H */
