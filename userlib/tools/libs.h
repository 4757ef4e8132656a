/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The libraries that a program would load.
 */
#ifndef KML_LIBS_H
#define KML_LIBS_H

#include <stddef.h>

#include "program.h"

/**
 * struct library - one that the dynamic linker would load
 * @name: as the program, or another library, names it
 * @path: where it is, without links; NULL if it is not found
 * @by: the file that names it
 */
struct library {
	char *name;
	char *path;
	char *by;
};

struct libraries {
	struct library *list;
	size_t n;
};

void libraries_find(struct libraries *all, const struct program *p,
		    const char *path, const char *root);
void libraries_free(struct libraries *all);

#endif /* KML_LIBS_H */
