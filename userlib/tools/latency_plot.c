// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml latency --plot: has gnuplot draw the histograms.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "latency.h"
#include "tool.h"
#include "util.h"

/**
 * plot_format - gnuplot's name for what a file is to be
 * @file: the file's name
 *
 * Return: the name, or NULL.
 */
const char *plot_format(const char *file)
{
	const char *end = strrchr(file, '.');

	return !end ? NULL : !strcasecmp(end, ".png") ? "png size 1000,600" :
	       !strcasecmp(end, ".svg") ? "svg size 1000,600" : NULL;
}

/* Start gnuplot with these as its input and output, -1: none. */
static int start(char *const argv[], int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int ret;

	posix_spawn_file_actions_init(&actions);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	else
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
						 "/dev/null", O_WRONLY, 0);
	ret = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

static int end(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status)
		complain("gnuplot ended with status %d",
			 WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return status;
}

/**
 * plot_check - is there a gnuplot?
 *
 * Return: 0 if so; else it was told.
 */
int plot_check(void)
{
	char *const argv[] = { "gnuplot", "--version", NULL };
	pid_t pid;
	int ret = start(argv, -1, -1, &pid);

	if (!ret)
		return end(pid);
	complain("gnuplot cannot be started (%s), and --plot needs it: Debian's package gnuplot-nox",
		 strerror(ret));
	return -1;
}

static void put_data(FILE *to, const struct column *c, size_t number)
{
	size_t i = 0;

	fprintf(to, "$c%zu << END\n", number);
	while (i < c->n) {
		unsigned int eighth = eighth_of(c->late[i]);
		size_t count = 0;

		for (; i < c->n && eighth_of(c->late[i]) == eighth; i++)
			count++;
		/* on a logarithmic axis there is no 0 */
		fprintf(to, "%g %zu\n", eighth ? eighth_start(eighth) / 1e3 : 5e-4,
			count);
	}
	fputs("END\n", to);
}

static void put_script(FILE *to, const struct latency *l, const char *format)
{
	const char *start = "plot";

	fprintf(to, "set terminal %s\n", format);
	fprintf(to, "set title \"Wake-up latency, every %ld us, %ld times\"\n",
		l->opt->interval, l->opt->loops);
	fputs("set xlabel \"late by, us\"\n"
	      "set ylabel \"times\"\n"
	      "set logscale xy\n"
	      "set yrange [0.5:]\n"
	      "set grid\n"
	      "set key top left\n", to);
	for (size_t i = 0; i < l->n; i++) {
		if (l->columns[i].n)
			put_data(to, &l->columns[i], i);
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct column *c = &l->columns[i];

		if (!c->n)
			continue;
		fprintf(to, "%s $c%zu using 1:2 with steps linewidth 2 title \"%s, %s: max %g us\"",
			start, i, mode_names[c->mode], column_side(c),
			c->late[c->n - 1] / 1e3);
		start = ", \\\n    ";
	}
	fputc('\n', to);
}

/**
 * plot_draw - draw what was measured
 * @l: all
 * @file: the picture's name; one that is there is replaced
 *
 * Return: 0; else it was told why not.
 */
int plot_draw(const struct latency *l, const char *file)
{
	char *const argv[] = { "gnuplot", NULL };
	int out, fds[2], ret;
	bool any = false;
	FILE *to;
	pid_t pid;

	for (size_t i = 0; i < l->n; i++)
		any |= l->columns[i].n > 0;
	if (!any) {
		complain("there is nothing to draw in %s", file);
		return -1;
	}
	out = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (out < 0) {
		complain("%s: %s", file, strerror(errno));
		return -1;
	}
	/* if gnuplot ends early, its status tells */
	signal(SIGPIPE, SIG_IGN);
	ret = pipe2(fds, O_CLOEXEC) ? errno : start(argv, fds[0], out, &pid);
	close(out);
	if (ret) {
		complain("gnuplot: %s", strerror(ret));
		return -1;
	}
	close(fds[0]);
	to = fdopen(fds[1], "w");
	if (to) {
		put_script(to, l, plot_format(file));
		fclose(to);
	}
	return end(pid);
}
