/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The table of exports in the KML vDSO image, as the module fills it and
 * programs read it.  Shared verbatim by kml.ko, libkml and the generators.
 */
#ifndef _KML_ABI_H
#define _KML_ABI_H

#include <linux/types.h>

#define KML_TABLE_MAGIC	0x314c4d4bU	/* "KML1" */

/* A new major breaks old readers; a new minor only adds. */
#define KML_ABI_MAJOR	1
#define KML_ABI_MINOR	4

/**
 * enum kml_class - how an export is entered
 * @KML_LEAF: code of the image, called like the program's own. In the table
 *	since minor 3 only as KML_EXPORT_LEAF; before, the kernel's function was
 *	called on the user stack
 * @KML_CALL: call gate: the task's kernel stack, may sleep
 * @KML_SYSCALL: system call gate: full pt_regs, the stock dispatcher
 */
enum kml_class {
	KML_LEAF = 0,
	KML_CALL = 1,
	KML_SYSCALL = 2,
};

/* struct kml_export.flags */
#define KML_EXPORT_MISSING	1	/* not in this kernel: calling it returns -ENOSYS */
#define KML_EXPORT_CRC		2	/* version is the kernel's modversions CRC */
#define KML_EXPORT_VARIADIC	4	/* the stub hands a va_list to the target */
#define KML_EXPORT_LEAF		8	/* the stub is the function; call_class is KML_CALL */
#define KML_EXPORT_IRQ		16	/* handlers in hard interrupts may call it (since minor 4) */

/**
 * struct kml_table - what the image's symbol __kml_table names; 64-byte aligned
 * @magic: KML_TABLE_MAGIC, also in a program image that was never loaded
 * @abi_major: KML_ABI_MAJOR
 * @abi_minor: KML_ABI_MINOR
 * @entry_size: bytes per entry; larger than struct kml_export after additions
 * @count: number of entries
 * @entries: offset of the first entry from the table's start
 * @flags: none yet
 * @gate_call: address of the call gate
 * @gate_syscall: addresses of the system call gates for 0 to 6 arguments
 * @missing: address of a leaf that returns -ENOSYS
 * @release: utsname release that the table was filled for
 * @extra: offset from the table's start of more entries, which are not in the
 *	image's dynamic symbols; sorted by name, too (since minor 2)
 * @extra_count: their number
 * @clock_gettime: distance from the table's start of the stock vDSO's
 *	clock_gettime() with 64-bit time, 0 if it has none (this and what
 *	follows since minor 3)
 * @clock: distance of what the kernel keeps for its vDSO to read clocks from,
 *	0 if there is nothing: the leaves enter the kernel then
 * @clock_raw: the same for CLOCK_MONOTONIC_RAW
 * @tick_usec: microseconds of a jiffy, 0 if a jiffy is no whole number of
 *	milliseconds
 */
struct kml_table {
	__u32 magic;
	__u16 abi_major;
	__u16 abi_minor;
	__u32 entry_size;
	__u32 count;
	__u32 entries;
	__u32 flags;
	__u64 gate_call;
	__u64 gate_syscall[7];
	__u64 missing;
	char  release[64];
	__u32 extra;
	__u32 extra_count;
	__s32 clock_gettime;
	__s32 clock;
	__s32 clock_raw;
	__u32 tick_usec;
};

/**
 * struct kml_export - one export; the entries are sorted by name (strcmp)
 * and lie each in one cache line, so that none crosses a page
 * @target: kernel address, that of kml_table.missing if missing; of a leaf what
 *	it enters through the gate where it cannot answer by itself
 * @stub: offset of the stub from the image's start
 * @name: offset of the NUL-terminated name from the image's start
 * @version: modversions CRC if KML_EXPORT_CRC, else the same as @prototype
 * @call_class: enum kml_class
 * @flags: KML_EXPORT_*
 * @nr: system call number, 0 for other classes
 * @ret: address of the return label minus the address of this structure
 * @prototype: crc32 of the normalised prototype, which the module's build has
 *	checked against the kernel's headers
 * @stack: bytes of arguments on the caller's stack; 0 where a register has
 *	64 bits
 * @gate: address of the gate of this export, of a leaf the call gate
 * @code: the stub of an extra entry, else 0
 */
struct kml_export {
	__u64 target;
	__u32 stub;
	__u32 name;
	__u32 version;
	__u16 call_class;
	__u16 flags;
	__u32 nr;
	__s32 ret;
	__u32 prototype;
	__u32 stack;
	__u64 gate;
	__u32 code[4];
};

#endif /* _KML_ABI_H */
