/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program was built against, as its file's section "kml_records" says.
 */
#ifndef KML_RECORDS_H
#define KML_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDS_SECTION "kml_records"

/**
 * struct record - one export that a program was built against
 * @name: the export
 * @prototype: hash of its prototype
 * @crc: of the kernel that libkml was built for, if @has_crc
 * @has_crc: @crc is valid
 * @has_stub: the program calls it by a stub of libkml
 */
struct record {
	char *name;
	uint32_t prototype;
	uint32_t crc;
	bool has_crc;
	bool has_stub;
};

struct records {
	struct record *list;
	size_t n;
};

bool records_read(struct records *all, const void *section, size_t size);
void records_free(struct records *all);

#endif /* KML_RECORDS_H */
