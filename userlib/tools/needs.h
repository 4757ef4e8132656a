/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exports that a program needs.
 */
#ifndef KML_NEEDS_H
#define KML_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exports.h"
#include "findings.h"
#include "program.h"

/**
 * struct need - one export that a program needs
 * @name: the export
 * @versioned: the program tells what version it was built against
 * @version: which
 * @at_start: without it the program does not start
 */
struct need {
	const char *name;
	bool versioned;
	uint32_t version;
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
