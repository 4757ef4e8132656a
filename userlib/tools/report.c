// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml check: what was found out, for people and for machines.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "tool.h"
#include "util.h"

/* The kernel says one thing: the first. */
static char *kernel_line(const struct check *c)
{
	const struct finding *first = findings_first(&c->findings, REFUSAL);

	if (!first || !first->log || c->silent || c->root)
		return NULL;
	if (first->comm)
		return text("kml: %.15s: %s", basename(c->given), first->log);
	return text("kml: %s: %s", c->given, first->log);
}

static const char *const verdict_texts[] = {
	[RUNS] = "would run at kernel privilege",
	[RUNS_NOT] = "would not run at kernel privilege",
	[NOBODY_KNOWS] = "may or may not run at kernel privilege",
};

/**
 * check_print - tell people
 * @c: what check_run() found
 * @verdict: what it answered
 * @to: stdout or stderr
 */
void check_print(const struct check *c, enum verdict verdict, FILE *to)
{
	static const char *const marks[] = {
		[WARNING] = "warning: ",
		[UNKNOWN] = "not known: ",
		[REFUSAL] = "",
	};
	void (*print)(const char *fmt, ...) = to == stdout ? say : complain;

	print("%s: %s", c->given, verdict_texts[verdict]);
	for (size_t i = 0; i < c->findings.n; i++) {
		const struct finding *finding = &c->findings.list[i];
		char *line = finding_text(finding);

		print("  %s%s", marks[finding->severity], line);
		free(line);
	}
}

static void print_details(const struct check *c)
{
	const struct program *p = &c->program;

	if (p->format != PROGRAM_ELF || !p->what)
		return;
	if (p->interpreter)
		say("  %s, dynamic (%s), %zu libraries, %zu exports",
		    p->what, p->interpreter, c->libraries.n, c->needs.n);
	else
		say("  %s, static, %zu exports", p->what, c->needs.n);
}

static void json_findings(const struct check *c, const char *name,
			  enum severity severity)
{
	json_array(name);
	for (size_t i = 0; i < c->findings.n; i++) {
		const struct finding *finding = &c->findings.list[i];

		if (finding->severity != severity)
			continue;
		json_object(NULL);
		json_string("path", finding->path);
		json_string("rule", finding->rule);
		json_string("remedy", finding->remedy);
		json_end();
	}
	json_end();
}

static void json_program(const struct check *c)
{
	static const char *const formats[] = {
		[PROGRAM_ELF] = "elf",
		[PROGRAM_SCRIPT] = "script",
		[PROGRAM_OTHER] = "other",
	};

	json_string("format", formats[c->program.format]);
	json_string("machine", c->program.what);
	json_string("interpreter", c->program.interpreter);
	json_array("libraries");
	for (size_t i = 0; i < c->libraries.n; i++) {
		json_object(NULL);
		json_string("name", c->libraries.list[i].name);
		json_string("path", c->libraries.list[i].path);
		json_end();
	}
	json_end();
	json_array("exports");
	for (size_t i = 0; i < c->needs.n; i++)
		json_string(NULL, c->needs.list[i].name);
	json_end();
}

static void print_json(const struct check *c, enum verdict verdict)
{
	char *line = kernel_line(c);

	json_object(NULL);
	json_string("program", c->given);
	json_string("resolved", c->name);
	if (verdict == NOBODY_KNOWS)
		json_null("privileged");
	else
		json_bool("privileged", verdict == RUNS);
	json_findings(c, "reasons", REFUSAL);
	json_findings(c, "unknown", UNKNOWN);
	json_findings(c, "warnings", WARNING);
	json_string("kernel_log", line);
	json_program(c);
	json_end();
	free(line);
}

/**
 * cmd_check - would a program run at kernel privilege?
 * @argc: 1
 * @argv: the program
 * @opt: options
 *
 * Return: exit code.
 */
int cmd_check(int argc, char **argv, const struct options *opt)
{
	static const int codes[] = {
		[RUNS] = EXIT_YES,
		[RUNS_NOT] = EXIT_NO,
		[NOBODY_KNOWS] = EXIT_UNKNOWN,
	};
	struct check c;
	enum verdict verdict = check_run(&c, argv[0], opt->root);

	(void)argc;
	if (opt->json) {
		print_json(&c, verdict);
	} else {
		check_print(&c, verdict, stdout);
		print_details(&c);
	}
	check_free(&c);
	return codes[verdict];
}
