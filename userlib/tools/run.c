// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml run: a program that is to run at kernel privilege, or not at all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "tool.h"
#include "util.h"

/**
 * cmd_run - run a program, but only at kernel privilege
 * @argc: at least 1
 * @argv: the program and its arguments
 * @opt: options
 *
 * Return: exit code; not at all when the program runs.
 */
int cmd_run(int argc, char **argv, const struct options *opt)
{
	struct check c;
	enum verdict verdict = check_run(&c, argv[0], NULL);
	int ret = EXIT_RUN_REFUSED;
	char *name;

	(void)argc;
	(void)opt;
	if (verdict != RUNS) {
		check_print(&c, verdict, stderr);
		if (c.absent)
			ret = EXIT_RUN_ABSENT;
		else if (verdict == NOBODY_KNOWS)
			ret = EXIT_RUN_FAILED;
		check_free(&c);
		return ret;
	}
	name = text("%s", c.given);
	check_free(&c);
	execv(name, argv);
	complain("%s: %s", name, strerror(errno));
	if (errno == ENOENT)
		ret = EXIT_RUN_ABSENT;
	free(name);
	return ret;
}
