/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a program was built against: one record for each export that it uses,
 * in its ELF section "kml_records", which the linker puts together.
 *
 * A stub of libkml brings its record along. A program that is linked against
 * kml-vdso.so itself has no stubs and names its exports with KML_RECORD().
 */
#ifndef _KML_RECORD_H
#define _KML_RECORD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* struct kml_record.flags */
#define KML_RECORD_CRC	1	/* the record has a modversions CRC */

/**
 * struct kml_record - one export, as the program was built
 * @size: bytes from this record to the next, a multiple of 8; where it is 0,
 *	the linker has filled 8 bytes up
 * @flags: KML_RECORD_*
 * @prototype: crc32 of the normalised prototype, as in struct kml_export
 * @crc: modversions CRC of the kernel that libkml was built for, if
 *	KML_RECORD_CRC
 * @slot: distance in bytes from this record to the address that the stub
 *	jumps to; 0 if there is no stub
 *
 * The name follows, ended by 0 and then filled up with 0. No field is an
 * address, so a file's records can be read without relocating them.
 */
struct kml_record {
	uint32_t size;
	uint32_t flags;
	uint32_t prototype;
	uint32_t crc;
	int32_t slot;
};

/**
 * struct kml_records - the records of one program or library
 * @next: libkml's
 * @start: the first record
 * @stop: where they end
 * @offered: they are a library's, which offers stubs that nobody may use: a
 *	drift is not told
 */
struct kml_records {
	struct kml_records *next;
	const char *start;
	const char *stop;
	int offered;
};

/**
 * kml_records_bind - check records and bind the stubs that they belong to
 * @records: kept until kml_records_drop()
 *
 * A program's start calls it before main(). Each export whose version differs
 * from what the running kernel offers is one line on stderr. Its stub is not
 * bound; if there is no stub, the process ends with status 127.
 */
void kml_records_bind(struct kml_records *records);

/**
 * kml_records_drop - forget records, before their library is unmapped
 * @records: given to kml_records_bind() before
 */
void kml_records_drop(struct kml_records *records);

/* Whoever has records links the constructor that has them checked. */
extern const char kml_records_anchor __attribute__((visibility("hidden")));

/**
 * KML_RECORD - record an export that a program uses without a stub
 * @name: the export, not as a string
 *
 * At file scope, once in a program; include <kml/versions.h>. The program is
 * linked against kml-vdso.so and then libkml.
 */
#define KML_RECORD(name)						\
	static const char *const kml_record_anchor_##name		\
	__attribute__((used)) = &kml_records_anchor;			\
	static const struct {						\
		struct kml_record head;					\
		char text[(sizeof(#name) + 11) / 8 * 8 - 4];		\
	} kml_record_##name						\
	__attribute__((used, aligned(8), section("kml_records"))) = {	\
		{ sizeof(struct kml_record) +				\
		  (sizeof(#name) + 11) / 8 * 8 - 4,			\
		  KML_CRC_##name ? KML_RECORD_CRC : 0,			\
		  KML_VERSION_##name, KML_CRC_##name, 0 }, #name	\
	}

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* _KML_RECORD_H */
