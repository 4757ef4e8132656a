// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml check --kernel: is a kernel's configuration good for KML, and for
 * programs that must be on time? Judged by the list kernel_options.tbl.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kconfig.h"
#include "tool.h"
#include "util.h"

/* The whole list, as text. */
static const char list[] =
#include "kernel_options.inc"
;

/**
 * struct option - one line of the list, and what the kernel has
 * @kind: required, useful or latency
 * @arch: all, or the only architecture that it is about
 * @name: without CONFIG_
 * @wanted: y, m (y or m), n
 * @reason: for people
 * @otherwise: what helps if the configuration stays, or NULL
 * @value: what it is set to, or NULL
 */
struct option {
	char *kind;
	char *arch;
	char *name;
	char *wanted;
	char *reason;
	char *otherwise;
	char *value;
};

/**
 * struct judgement - all that is told of a kernel
 * @config: its configuration
 * @wrong: why that is not known, or NULL
 * @arch: its architecture, NULL if it is none of KML's
 * @lines: the list, cut up
 * @options: those of the list that are for this architecture
 * @n: their number
 */
struct judgement {
	struct kconfig config;
	char *wrong;
	const char *arch;
	char *lines;
	struct option *options;
	size_t n;
};

static bool is_set(const struct kconfig *k, const char *name)
{
	char *value = kconfig_value(k, name);
	bool set = value && !strcmp(value, "y");

	free(value);
	return set;
}

static bool is_good(const struct option *o)
{
	if (*o->wanted == 'n')
		return !o->value || !strcmp(o->value, "n");
	return o->value && (!strcmp(o->value, "y") ||
			    (*o->wanted == 'm' && !strcmp(o->value, "m")));
}

/* The list's lines are checked by tests/host/kml_kernel.sh. */
static bool read_line(char *line, struct option *o)
{
	if (!*line || *line == '#')
		return false;
	*o = (struct option) {
		.kind = strsep(&line, "\t"),
		.arch = strsep(&line, "\t"),
		.name = strsep(&line, "\t"),
		.wanted = strsep(&line, "\t"),
		.reason = line,
	};
	o->otherwise = strstr(line, "; ");
	if (o->otherwise) {
		*o->otherwise = 0;
		o->otherwise += 2;
	}
	return true;
}

static void judge(struct judgement *j, const char *path)
{
	struct option o;
	char *rest, *line;

	*j = (struct judgement) { };
	j->wrong = kconfig_read(&j->config, path);
	if (j->wrong)
		return;
	j->arch = is_set(&j->config, "X86") ? "x86_64" :
		  is_set(&j->config, "ARM") ? "arm" : NULL;
	j->lines = text("%s", list);
	rest = j->lines;
	while ((line = strsep(&rest, "\n"))) {
		if (!read_line(line, &o) ||
		    (strcmp(o.arch, "all") &&
		     (!j->arch || strcmp(o.arch, j->arch))))
			continue;
		o.value = kconfig_value(&j->config, o.name);
		j->options = grow(j->options, j->n, sizeof(o));
		j->options[j->n++] = o;
	}
}

static void forget(struct judgement *j)
{
	for (size_t i = 0; i < j->n; i++)
		free(j->options[i].value);
	free(j->options);
	free(j->lines);
	free(j->wrong);
	kconfig_free(&j->config);
}

static bool is_enough(const struct judgement *j)
{
	for (size_t i = 0; i < j->n; i++) {
		if (!strcmp(j->options[i].kind, "required") &&
		    !is_good(&j->options[i]))
			return false;
	}
	return j->arch;
}

/* What to do about an option, for free(). */
static char *remedy(const struct option *o)
{
	return text("%s%sscripts/config -%c %s",
		    o->otherwise ? o->otherwise : "", o->otherwise ? ", or " : "",
		    *o->wanted == 'n' ? 'd' : *o->wanted == 'm' ? 'm' : 'e',
		    o->name);
}

static void print_human(const struct judgement *j)
{
	if (j->wrong) {
		complain("%s%s%s", j->config.path ? j->config.path : "",
			 j->config.path ? " " : "", j->wrong);
		return;
	}
	say("%s: %s", j->config.path, is_enough(j) ?
	    "has what KML requires" : "does not have what KML requires");
	if (!j->arch)
		say("  required: this architecture has no KML: a kernel for x86_64 or ARMv7");
	for (size_t i = 0; i < j->n; i++) {
		const struct option *o = &j->options[i];
		char *what;

		if (is_good(o))
			continue;
		what = remedy(o);
		say("  %s: CONFIG_%s is %s: %s: %s", o->kind, o->name,
		    o->value ? o->value : "not set", o->reason, what);
		free(what);
	}
}

static void print_json(const struct judgement *j)
{
	json_object(NULL);
	json_string("config", j->config.path);
	json_string("problem", j->wrong);
	json_string("architecture", j->arch);
	if (j->wrong)
		json_null("good");
	else
		json_bool("good", is_enough(j));
	json_array("options");
	for (size_t i = 0; i < j->n; i++) {
		const struct option *o = &j->options[i];
		char *what = remedy(o);

		json_object(NULL);
		json_string("option", o->name);
		json_string("kind", o->kind);
		json_string("wanted", o->wanted);
		json_string("value", o->value);
		json_bool("good", is_good(o));
		json_string("reason", o->reason);
		json_string("remedy", is_good(o) ? NULL : what);
		json_end();
		free(what);
	}
	json_end();
	json_end();
}

/**
 * cmd_check_kernel - is the kernel's configuration good for KML?
 * @argc: 0
 * @argv: none
 * @opt: options
 *
 * Return: exit code.
 */
int cmd_check_kernel(int argc, char **argv, const struct options *opt)
{
	struct judgement j;
	int ret;

	(void)argc;
	(void)argv;
	judge(&j, opt->config);
	if (opt->json)
		print_json(&j);
	else
		print_human(&j);
	ret = j.wrong ? EXIT_UNKNOWN : is_enough(&j) ? EXIT_YES : EXIT_NO;
	forget(&j);
	return ret;
}
