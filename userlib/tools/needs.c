// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exports that a program needs, and whether the loaded module has them.
 */
#include <inttypes.h>
#include <stdlib.h>

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

/**
 * needs_read - what exports does a program need?
 * @all: filled in; valid as long as @p
 * @p: the program
 *
 * The one place to add what a program's file tells of its needs: this is
 * about symbols of dynamic programs, which tell no version.
 */
void needs_read(struct needs *all, const struct program *p)
{
	bool at_start = !by_libkml(p);

	*all = (struct needs) { };
	for (size_t i = 0; i < p->kernel.n; i++) {
		all->list = grow(all->list, all->n, sizeof(*all->list));
		all->list[all->n++] = (struct need) {
			.name = p->kernel.list[i],
			.at_start = at_start,
		};
	}
}

static void check_one(const struct need *need, const struct export *export,
		      struct findings *f)
{
	enum severity severity = need->at_start ? REFUSAL : WARNING;
	char *rule;

	if (!export) {
		rule = text("export %s is not known to the loaded module",
			    need->name);
		finding_add(f, severity, NULL, rule,
			    text("add it to exports.tbl and install the module again"));
	} else if (!export_offered(export)) {
		rule = text("export %s is not offered by this kernel",
			    need->name);
		finding_add(f, WARNING, NULL, rule,
			    text("calling it returns -ENOSYS"));
	} else if (need->versioned && need->version != export->version) {
		rule = text("export %s has version %#" PRIx32 ", the program was built with %#" PRIx32,
			    need->name, export->version, need->version);
		finding_add(f, severity, NULL, rule, text("build it again"));
	} else {
		return;
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
