// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Part of every program that has records: hands them to libkml at start.
 *
 * It is linked into the program itself also where libkml is shared, as the
 * linker's section symbols are different ones in each program and library.
 */
#include <kml/record.h>

/* libkml.so.1 has a stub of each export, and no use of any. */
#ifndef KML_OFFERED
#define KML_OFFERED 0
#endif

#define HIDDEN __attribute__((visibility("hidden")))

extern const char __start_kml_records[] HIDDEN;
extern const char __stop_kml_records[] HIDDEN;

HIDDEN const char kml_records_anchor;

static struct kml_records records = {
	.start = __start_kml_records,
	.stop = __stop_kml_records,
	.offered = KML_OFFERED,
};

/* 101 is the first priority open to programs: before all their constructors. */
__attribute__((constructor(101)))
static void bind_records(void)
{
	kml_records_bind(&records);
}

__attribute__((destructor(101)))
static void drop_records(void)
{
	kml_records_drop(&records);
}
