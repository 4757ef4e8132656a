// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges a kernel's configuration and the system that runs by the list
 * kernel_options.tbl.
 */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "json.h"
#include "judge.h"
#include "util.h"

/* The whole list, as text. */
static const char list[] =
#include "kernel_options.inc"
;

static bool is_set(const struct kconfig *k, const char *name)
{
	char *value = kconfig_value(k, name);
	bool set = value && !strcmp(value, "y");

	free(value);
	return set;
}

/* Does one of the patterns match, with a "!" before them none? */
static bool is_wanted(const char *wanted, const char *value)
{
	bool none = *wanted == '!', match = false;
	char *patterns = text("%s", wanted + none), *rest = patterns, *pattern;

	while (!match && (pattern = strsep(&rest, ",")))
		match = !fnmatch(pattern, value, 0);
	free(patterns);
	return match != none;
}

/**
 * judged_is - is it of this kind?
 * @o: the line
 * @kind: required, useful, latency or running
 */
bool judged_is(const struct judged *o, const char *kind)
{
	return !strcmp(o->kind, kind);
}

/**
 * judged_good - is it as it should be?
 * @o: the line
 */
bool judged_good(const struct judged *o)
{
	if (judged_is(o, "running"))
		return is_wanted(o->wanted, o->value);
	if (o->told && judged_is(o, "latency"))
		return true;
	if (*o->wanted == 'n')
		return !o->value || !strcmp(o->value, "n");
	return o->value && (!strcmp(o->value, "y") ||
			    (*o->wanted == 'm' && !strcmp(o->value, "m")));
}

/* The list's lines are checked by tests/host/kml_kernel.sh. */
static bool read_line(char *line, struct judged *o)
{
	if (!*line || *line == '#')
		return false;
	*o = (struct judged) {
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

/*
 * Of several files (one for each CPU) the first that is not as it should be. A
 * file that is not there, or not for this user, is none.
 */
static bool read_running(struct judged *o)
{
	glob_t found;
	char *value;

	if (glob(o->name, 0, NULL, &found))
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		value = file_line(found.gl_pathv[i]);
		if (!value)
			continue;
		free(o->value);
		o->value = value;
		if (!judged_good(o))
			break;
	}
	globfree(&found);
	return o->value;
}

/* Is this a word of the command line? */
static bool was_told(const char *cmdline, const char *word)
{
	char *words, *with;
	bool told;

	if (!cmdline || !word || strchr(word, ' '))
		return false;
	words = text(" %s ", cmdline);
	with = text(" %s ", word);
	told = strstr(words, with);
	free(words);
	free(with);
	return told;
}

/* Where there is no configuration to tell. */
static const char *arch_of_machine(void)
{
	struct utsname name;

	if (uname(&name))
		return NULL;
	return !strcmp(name.machine, "x86_64") ? "x86_64" :
	       starts_with(name.machine, "armv7") ? "arm" :
	       !strcmp(name.machine, "aarch64") ? "arm64" : NULL;
}

/**
 * judgement_make - judge
 * @j: the judgement
 * @path: a file with the configuration, or NULL for the running kernel and
 *	what else there is of the running system
 *
 * Without a configuration, which @j->wrong tells, only the latter is judged.
 */
void judgement_make(struct judgement *j, const char *path)
{
	char *rest, *line, *cmdline = NULL;
	struct judged o;

	*j = (struct judgement) { };
	j->wrong = kconfig_read(&j->config, path);
	if (j->wrong)
		j->arch = path ? NULL : arch_of_machine();
	else
		j->arch = is_set(&j->config, "X86") ? "x86_64" :
			  is_set(&j->config, "ARM") ? "arm" :
			  is_set(&j->config, "ARM64") ? "arm64" : NULL;
	if (!path)
		cmdline = file_line("/proc/cmdline");
	j->lines = text("%s", list);
	rest = j->lines;
	while ((line = strsep(&rest, "\n"))) {
		if (!read_line(line, &o) ||
		    (strcmp(o.arch, "all") &&
		     (!j->arch || strcmp(o.arch, j->arch))))
			continue;
		if (judged_is(&o, "running")) {
			if (path || !read_running(&o))
				continue;
		} else if (j->wrong) {
			continue;
		} else {
			o.value = kconfig_value(&j->config, o.name);
			o.told = was_told(cmdline, o.otherwise);
		}
		j->list = grow(j->list, j->n, sizeof(o));
		j->list[j->n++] = o;
	}
	free(cmdline);
}

/**
 * judgement_free - forget it
 * @j: the judgement
 */
void judgement_free(struct judgement *j)
{
	for (size_t i = 0; i < j->n; i++)
		free(j->list[i].value);
	free(j->list);
	free(j->lines);
	free(j->wrong);
	kconfig_free(&j->config);
}

/**
 * judged_remedy - what to do about it
 * @o: the line
 *
 * Return: a string for free().
 */
char *judged_remedy(const struct judged *o)
{
	if (judged_is(o, "running"))
		return text("%s", o->otherwise);
	return text("%s%sscripts/config -%c %s",
		    o->otherwise ? o->otherwise : "", o->otherwise ? ", or " : "",
		    *o->wanted == 'n' ? 'd' : *o->wanted == 'm' ? 'm' : 'e',
		    o->name);
}

/**
 * judged_text - one line for people about what is not good
 * @o: the line
 *
 * Return: a string for free().
 */
char *judged_text(const struct judged *o)
{
	char *what = judged_remedy(o), *line;

	line = text("%s: %s%s is %s: %s: %s", o->kind,
		    judged_is(o, "running") ? "" : "CONFIG_", o->name,
		    !o->value ? "not set" : *o->value ? o->value : "empty",
		    o->reason, what);
	free(what);
	return line;
}

/**
 * judged_json - an object in an array
 * @o: the line
 */
void judged_json(const struct judged *o)
{
	char *what = judged_remedy(o);

	json_object(NULL);
	json_string("option", o->name);
	json_string("kind", o->kind);
	json_string("wanted", o->wanted);
	json_string("value", o->value);
	json_bool("good", judged_good(o));
	json_string("reason", o->reason);
	json_string("remedy", judged_good(o) ? NULL : what);
	json_end();
	free(what);
}
