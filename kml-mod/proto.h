/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prototypes of exports that are named when the module is loaded. Builds in
 * user space too, where a test compares it with the list's generator.
 */
#ifndef KML_PROTO_H
#define KML_PROTO_H

#define KML_PROTO_ARGS	6

/**
 * struct kml_proto - what the table says of a prototype
 * @nargs: number of arguments
 * @stack: bytes of arguments on the caller's stack where a register has 32
 *	bits, else 0
 * @hash: crc32 of the normalised prototype, as kml-vdso/gen/list.awk has it
 */
struct kml_proto {
	unsigned int nargs;
	unsigned int stack;
	unsigned int hash;
};

const char *kml_proto_parse(struct kml_proto *proto, const char *name,
			    const char *text, unsigned int word_size);

#endif /* KML_PROTO_H */
