// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml check --kernel: is a kernel's configuration good for KML, and for
 * programs that must be on time?
 */
#include <stdlib.h>

#include "json.h"
#include "judge.h"
#include "tool.h"
#include "util.h"

static bool is_enough(const struct judgement *j)
{
	for (size_t i = 0; i < j->n; i++) {
		if (judged_is(&j->list[i], "required") &&
		    !judged_good(&j->list[i]))
			return false;
	}
	return j->arch;
}

static void print_human(const struct judgement *j)
{
	if (j->wrong)
		complain("%s%s%s", j->config.path ? j->config.path : "",
			 j->config.path ? " " : "", j->wrong);
	else
		say("%s: %s", j->config.path, is_enough(j) ?
		    "has what KML requires" : "does not have what KML requires");
	if (!j->wrong && !j->arch)
		say("  required: this architecture has no KML: a kernel for x86_64, ARMv7 or arm64");
	for (size_t i = 0; i < j->n; i++) {
		char *line;

		if (judged_good(&j->list[i]))
			continue;
		line = judged_text(&j->list[i]);
		say("  %s", line);
		free(line);
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
	for (size_t i = 0; i < j->n; i++)
		judged_json(&j->list[i]);
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
	judgement_make(&j, opt->config);
	if (opt->json)
		print_json(&j);
	else
		print_human(&j);
	ret = j.wrong ? EXIT_UNKNOWN : is_enough(&j) ? EXIT_YES : EXIT_NO;
	judgement_free(&j);
	return ret;
}
