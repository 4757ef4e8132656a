/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Would a program run at kernel privilege?
 */
#ifndef KML_CHECK_H
#define KML_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "findings.h"
#include "libs.h"
#include "needs.h"
#include "program.h"

/**
 * struct check - a program and what was found out about it
 * @given: as it was given, or in /trusted if that was a bare name
 * @root: directory that stands for the root, or NULL: the running system
 * @trusted: the directory for privileged programs
 * @name: its name, absolute and without links; NULL if it is not there
 * @program: what its file says
 * @ask: the module is there, and the kernel can be asked
 * @needs: exports that it needs
 * @libraries: libraries that it would load
 * @exports: what the loaded module exports
 * @absent: there is no such file
 * @silent: the kernel says nothing of it in its log
 * @findings: what is against it, in the kernel's order
 */
struct check {
	char *given;
	char *root;
	char *trusted;
	char *name;
	struct program program;
	bool ask;
	struct needs needs;
	struct libraries libraries;
	struct exports exports;
	bool absent;
	bool silent;
	struct findings findings;
};

/* What check_run() answers. */
enum verdict {
	RUNS,
	RUNS_NOT,
	NOBODY_KNOWS,
};

enum verdict check_run(struct check *c, const char *given, const char *root);
void check_free(struct check *c);
void check_print(const struct check *c, enum verdict verdict, FILE *to);

#endif /* KML_CHECK_H */
