/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program's file says of itself.
 */
#ifndef KML_PROGRAM_H
#define KML_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "records.h"

/* The version node of the exports in the KML vDSO and in libkml.so. */
#define KML_NODE "KML_1"

enum program_format {
	PROGRAM_ELF,
	PROGRAM_SCRIPT,
	PROGRAM_OTHER,
};

/* A growing list of strings. */
struct strings {
	char **list;
	size_t n;
};

/**
 * struct program - a program's file
 * @format: what kind of file it is
 * @refusal: why its format cannot be privileged, in the kernel's words, or NULL
 * @damage: what makes no sense in it, or NULL
 * @what: such as "64-bit x86-64", for people
 * @class: of ELF
 * @machine: of ELF
 * @dynamic: it has a dynamic section
 * @interpreter: of a script, or the dynamic linker, or NULL
 * @needed: libraries
 * @rpath: where to look for them first, or NULL
 * @runpath: the same as it is meant today, or NULL
 * @kernel: exports that it is linked against
 * @records: exports that it was built against, with their versions
 * @blind: it has no section headers: @kernel could not be found out
 */
struct program {
	enum program_format format;
	char *refusal;
	char *damage;
	char *what;
	int class;
	int machine;
	bool dynamic;
	char *interpreter;
	struct strings needed;
	char *rpath;
	char *runpath;
	struct strings kernel;
	struct records records;
	bool blind;
};

int program_read(struct program *p, int fd);
int program_open(struct program *p, const char *path);
void program_free(struct program *p);
void strings_add(struct strings *s, const char *value);
void strings_free(struct strings *s);

#endif /* KML_PROGRAM_H */
