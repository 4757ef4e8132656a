// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the records that libkml's stubs have left in a program's file
 * (include/kml/record.h). Nothing in them is believed.
 */
#include <stdlib.h>
#include <string.h>

#include <kml/record.h>

#include "records.h"
#include "util.h"

/* Where the linker has filled up, there is a size of 0. */
#define FILLED 8

/**
 * records_read - read the records of a program for this machine
 * @all: filled in; to be given to records_free(), also after a failure
 * @section: the section's bytes
 * @size: how many
 *
 * Return: false if they make no sense; those before are in @all.
 */
bool records_read(struct records *all, const void *section, size_t size)
{
	const char *at = section, *end = at + size;

	*all = (struct records) { };
	while (at < end) {
		struct kml_record head;
		uint32_t step;

		if (end - at < FILLED)
			return false;
		memcpy(&step, at, sizeof(step));
		if (!step) {
			at += FILLED;
			continue;
		}
		if (step % FILLED || step <= sizeof(head) ||
		    step > (size_t)(end - at) ||
		    !memchr(at + sizeof(head), 0, step - sizeof(head)))
			return false;
		memcpy(&head, at, sizeof(head));
		all->list = grow(all->list, all->n, sizeof(*all->list));
		all->list[all->n++] = (struct record) {
			.name = text("%s", at + sizeof(head)),
			.prototype = head.prototype,
			.crc = head.crc,
			.has_crc = head.flags & KML_RECORD_CRC,
			.has_stub = head.slot,
		};
		at += step;
	}
	return true;
}

/**
 * records_free - forget them
 * @all: what records_read() filled in
 */
void records_free(struct records *all)
{
	while (all->n)
		free(all->list[--all->n].name);
	free(all->list);
	*all = (struct records) { };
}
