// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml exports, and the list of exports for others.
 */
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exports.h"
#include "json.h"
#include "tool.h"
#include "util.h"

#define FILE_NAME "/sys/kernel/kml/exports"

/* Later modules may append columns. */
static bool parse_line(char *line, struct export *e)
{
	char *save, *field[6];

	for (size_t i = 0; i < ARRAY_SIZE(field); i++) {
		field[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!field[i])
			return false;
	}
	e->name = field[0];
	e->class = field[1];
	e->version = strtoul(field[2], NULL, 16);
	e->kind = field[3];
	e->addr = strtoull(field[4], NULL, 16);
	e->prototype = strtoul(field[5], NULL, 16);
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct export *)a)->name,
		      ((const struct export *)b)->name);
}

/**
 * exports_read - read the list of the loaded module
 * @all: filled in; to be given to exports_free(), also after a failure
 * @root: directory that stands for the root, or NULL
 *
 * Return: 0, or a negative errno: -ENOENT if the module is not loaded,
 * -EBADMSG if the list is not understood.
 */
int exports_read(struct exports *all, const char *root)
{
	char *path = text("%s%s", root ? root : "", FILE_NAME), *line, *save;
	size_t len;

	*all = (struct exports) { };
	all->text = file_text(path, &len);
	free(path);
	if (!all->text)
		return -errno;
	if (strlen(all->text) != len)
		return -EBADMSG;
	for (line = strtok_r(all->text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		all->list = grow(all->list, all->n, sizeof(*all->list));
		if (!parse_line(line, &all->list[all->n]))
			return -EBADMSG;
		all->n++;
	}
	if (all->n)
		qsort(all->list, all->n, sizeof(*all->list), by_name);
	return 0;
}

/**
 * exports_free - forget the list
 * @all: what exports_read() filled in
 */
void exports_free(struct exports *all)
{
	free(all->list);
	free(all->text);
	*all = (struct exports) { };
}

/**
 * exports_find - look an export up
 * @all: the list
 * @name: its name
 *
 * Return: the export, or NULL.
 */
const struct export *exports_find(const struct exports *all, const char *name)
{
	struct export key = { .name = name };

	if (!all->n)
		return NULL;
	return bsearch(&key, all->list, all->n, sizeof(key), by_name);
}

/**
 * export_offered - does this kernel have it?
 * @export: an export
 */
bool export_offered(const struct export *export)
{
	return strcmp(export->kind, "none");
}

static void print_human(const struct export *e)
{
	if (e->addr)
		say("%-40s %-7s %08" PRIx32 " %-5s %016" PRIx64, e->name,
		    e->class, e->version, e->kind, e->addr);
	else
		say("%-40s %-7s %08" PRIx32 " %-5s -", e->name, e->class,
		    e->version, e->kind);
}

static void print_json(const struct export *e)
{
	char buf[20];

	json_object(NULL);
	json_string("name", e->name);
	json_string("class", e->class);
	snprintf(buf, sizeof(buf), "0x%08" PRIx32, e->version);
	json_string("version", export_offered(e) ? buf : NULL);
	json_string("version_of", e->kind);
	snprintf(buf, sizeof(buf), "0x%" PRIx64, e->addr);
	json_string("address", e->addr ? buf : NULL);
	snprintf(buf, sizeof(buf), "0x%08" PRIx32, e->prototype);
	json_string("prototype", buf);
	json_end();
}

/**
 * cmd_exports - list what the loaded module exports
 * @argc: 0 or 1
 * @argv: a shell pattern for the names
 * @opt: options
 *
 * Return: exit code: EXIT_NO if none matches.
 */
int cmd_exports(int argc, char **argv, const struct options *opt)
{
	const char *pattern = argc ? argv[0] : "*";
	struct exports all;
	size_t matches = 0;
	int ret = exports_read(&all, opt->root);

	if (ret) {
		if (ret == -ENOENT)
			complain("module not loaded: as root, run kml load");
		else if (ret == -EBADMSG)
			complain(FILE_NAME " is not understood: install the kml command of the loaded module");
		else
			complain(FILE_NAME ": %s", strerror(-ret));
		exports_free(&all);
		return EXIT_UNKNOWN;
	}
	if (opt->json)
		json_array(NULL);
	for (size_t i = 0; i < all.n; i++) {
		if (fnmatch(pattern, all.list[i].name, 0))
			continue;
		matches++;
		if (opt->json)
			print_json(&all.list[i]);
		else
			print_human(&all.list[i]);
	}
	if (opt->json)
		json_end();
	else if (!matches)
		complain("no export matches '%s'", pattern);
	exports_free(&all);
	return matches ? EXIT_YES : EXIT_NO;
}
