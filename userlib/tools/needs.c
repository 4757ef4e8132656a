// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exports that a program needs, and whether the loaded module has them, as
 * it was built against them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "needs.h"
#include "util.h"

/* libkml.so stands between: what it cannot bind returns -ENOSYS. */
static bool by_libkml(const struct program *p)
{
	for (size_t i = 0; i < p->needed.n; i++) {
		if (starts_with(p->needed.list[i], "libkml.so"))
			return true;
	}
	return false;
}

static struct need *need_of(struct needs *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!strcmp(all->list[i].name, name))
			return &all->list[i];
	}
	all->list = grow(all->list, all->n, sizeof(*all->list));
	all->list[all->n] = (struct need) { .name = name };
	return &all->list[all->n++];
}

/**
 * needs_read - what exports does a program need?
 * @all: filled in; valid as long as @p
 * @p: the program
 *
 * A dynamic program that is linked against the image names them as symbols;
 * every program that was built with libkml has records, which tell versions.
 */
void needs_read(struct needs *all, const struct program *p)
{
	bool at_start = !by_libkml(p);

	*all = (struct needs) { };
	for (size_t i = 0; i < p->kernel.n; i++)
		need_of(all, p->kernel.list[i])->at_start = at_start;
	for (size_t i = 0; i < p->records.n; i++)
		need_of(all, p->records.list[i].name)->built =
			&p->records.list[i];
}

/* As libkml compares, and with its words (src/record.c). */
static void check_version(const struct record *built,
			  const struct export *export, struct findings *f)
{
	bool crc = built->has_crc && !strcmp(export->kind, "crc");
	uint32_t was = crc ? built->crc : built->prototype;
	uint32_t is = crc ? export->version : export->prototype;
	char *rule;

	if (was == is)
		return;
	rule = text("export %s: built against %s 0x%08" PRIx32 ", the kernel offers 0x%08" PRIx32,
		    built->name, crc ? "crc" : "prototype", was, is);
	/* without a stub that could be left unbound libkml ends the program */
	finding_add(f, built->has_stub ? WARNING : REFUSAL, NULL, rule,
		    text("build the program again"));
	free(rule);
}

static void check_one(const struct need *need, const struct export *export,
		      struct findings *f)
{
	char *rule = NULL;

	if (!export) {
		rule = text("export %s is not known to the loaded module",
			    need->name);
		finding_add(f, need->at_start ? REFUSAL : WARNING, NULL, rule,
			    need->at_start ?
			    text("add it to exports.tbl and install the module again") :
			    text("calling it returns -ENOSYS"));
	} else if (!export_offered(export)) {
		rule = text("export %s is not offered by this kernel",
			    need->name);
		finding_add(f, WARNING, NULL, rule,
			    text("calling it returns -ENOSYS"));
	} else if (need->built) {
		check_version(need->built, export, f);
	}
	free(rule);
}

/**
 * needs_rules - does the loaded module have what a program needs?
 * @all: what it needs
 * @exports: what the module has
 * @f: gets what is missing or has changed
 */
void needs_rules(const struct needs *all, const struct exports *exports,
		 struct findings *f)
{
	for (size_t i = 0; i < all->n; i++)
		check_one(&all->list[i],
			  exports_find(exports, all->list[i].name), f);
}

/**
 * needs_free - forget them
 * @all: what needs_read() filled in
 */
void needs_free(struct needs *all)
{
	free(all->list);
	*all = (struct needs) { };
}
