/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exports that a program needs.
 */
#ifndef KML_NEEDS_H
#define KML_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "exports.h"
#include "findings.h"
#include "program.h"

/**
 * struct need - one export that a program needs
 * @name: the export
 * @built: what the program was built against, or NULL if it does not tell
 * @at_start: without it the program does not start
 */
struct need {
	const char *name;
	const struct record *built;
	bool at_start;
};

struct needs {
	struct need *list;
	size_t n;
};

void needs_read(struct needs *all, const struct program *p);
void needs_rules(const struct needs *all, const struct exports *exports,
		 struct findings *f);
void needs_free(struct needs *all);

#endif /* KML_NEEDS_H */
