// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Compare what programs were built against with what the kernel offers, and
 * bind the stubs of all exports that did not change.
 *
 * A slot that is not bound keeps what the link gave it: a function that
 * returns an error.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"
#include "mlock.h"
#include "record.h"

#define EXIT_DRIFT 127	/* as the dynamic linker's for a missing symbol */

static struct kml_records *all_records;

static const struct kml_record *record_in(const char **at, const char *stop)
{
	const struct kml_record *r;

	while (*at < stop) {
		r = (const void *)*at;
		*at += r->size ? r->size : 8;
		if (r->size)
			return r;
	}
	return NULL;
}

static const char *record_name(const struct kml_record *r)
{
	return (const char *)(r + 1);
}

/**
 * kml_record_compare - was a program built against what the kernel offers?
 * @r: the program's record
 * @e: the export
 * @drift: gets both versions if not
 *
 * CRCs know the types behind the names, so they count where both sides have
 * them.
 *
 * Return: 0 or -EPROTO.
 */
int kml_record_compare(const struct kml_record *r, const struct kml_export *e,
		       struct kml_drift *drift)
{
	bool crc = (r->flags & KML_RECORD_CRC) && (e->flags & KML_EXPORT_CRC);

	drift->kind = crc ? "crc" : "prototype";
	drift->built = crc ? r->crc : r->prototype;
	drift->offered = crc ? e->version : e->prototype;
	return drift->built == drift->offered ? 0 : -EPROTO;
}

/**
 * kml_drift_text - one line about an export that changed
 * @text: gets the line
 * @size: bytes of @text
 * @name: the export
 * @drift: both versions
 */
void kml_drift_text(char *text, size_t size, const char *name,
		    const struct kml_drift *drift)
{
	snprintf(text, size,
		 "export %.64s: built against %s %#010x, the kernel offers %#010x: build the program again",
		 name, drift->kind, drift->built, drift->offered);
}

static void tell_drift(const char *name, const struct kml_drift *drift)
{
	char text[KML_DRIFT_TEXT];

	kml_drift_text(text, sizeof(text), name, drift);
	fprintf(stderr, "%s: kml: %s\n", program_invocation_short_name, text);
}

static void bind_record(const struct kml_image *img,
			const struct kml_record *r, int offered)
{
	struct kml_drift drift;
	struct kml_export e;

	if (kml_image_find(img, record_name(r), &e) ||
	    (e.flags & KML_EXPORT_MISSING))
		return;
	if (!kml_record_compare(r, &e, &drift)) {
		if (r->slot)
			*(uintptr_t *)((char *)r + r->slot) =
				kml_entry_callee(img, &e);
		return;
	}
	if (offered)
		return;
	tell_drift(record_name(r), &drift);
	if (!r->slot)
		_exit(EXIT_DRIFT);
}

static void bind_range(const struct kml_image *img,
		       const struct kml_records *records)
{
	const char *at = records->start;
	const struct kml_record *r;

	while ((r = record_in(&at, records->stop)))
		bind_record(img, r, records->offered);
}

/**
 * kml_records_rebind - bind all stubs to an image
 * @img: a checked image
 */
void kml_records_rebind(const struct kml_image *img)
{
	for (struct kml_records *r = all_records; r; r = r->next)
		bind_range(img, r);
}

void kml_records_bind(struct kml_records *records)
{
	const struct kml_image *img;
	int saved_errno = errno;

	if (!all_records)
		kml_mlock_if_asked();
	kml_bind_process();
	records->next = all_records;
	all_records = records;
	if (!kml_bound(&img))
		bind_range(img, records);
	errno = saved_errno;
}

void kml_records_drop(struct kml_records *records)
{
	struct kml_records **at = &all_records;

	while (*at && *at != records)
		at = &(*at)->next;
	if (*at)
		*at = records->next;
}

/**
 * kml_record_find - the record of an export
 * @name: the export
 *
 * Return: a program's, else the shared libkml's own, or NULL.
 */
const struct kml_record *kml_record_find(const char *name)
{
	const struct kml_record *r, *offered = NULL;

	for (struct kml_records *all = all_records; all; all = all->next) {
		const char *at = all->start;

		while ((r = record_in(&at, all->stop))) {
			if (strcmp(name, record_name(r)))
				continue;
			if (!all->offered)
				return r;
			offered = r;
		}
	}
	return offered;
}
