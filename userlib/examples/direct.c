// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Without libkml: a dynamic program linked against kml-vdso.so. The dynamic
 * linker binds msleep@KML_1 to the vDSO of the process, as it does with any
 * shared library (nm -D shows the version).
 *
 * As an ordinary program it does not start at all; the dynamic linker says
 * "linux-vdso.so.1: version `KML_1' not found" and exits with 1. A program
 * that wants to choose its own words links libkml instead.
 *
 * Build: cc direct.c $(pkg-config --cflags --libs kml-vdso)
 * Run, as root: cp direct /trusted/ && /trusted/direct
 */
#include <stdio.h>

#include <kml/exports.h>

int main(void)
{
	ktime_t start = ktime_get();

	msleep(20);
	printf("msleep(20) took %lld ns, bound by the dynamic linker\n",
	       (long long)(ktime_get() - start));
	return 0;
}
