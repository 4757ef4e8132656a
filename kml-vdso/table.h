/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Places in struct kml_table and struct kml_export of include/kml/abi.h for the
 * code of the image, which has no headers of the kernel. kml-mod/exports.c
 * compares them.
 */
#ifndef KML_VDSO_TABLE_H
#define KML_VDSO_TABLE_H

#define TABLE_GATE_CALL		24
#define TABLE_GATE_SYSCALL	32
#define TABLE_CLOCK_GETTIME	168
#define TABLE_CLOCK		172
#define TABLE_CLOCK_RAW		176
#define TABLE_TICK_USEC		180
#define TABLE_HEAD_SIZE		192	/* to the first entry */
#define TABLE_ENTRY_SIZE	64
#define ENTRY_GATE		40

#endif /* KML_VDSO_TABLE_H */
