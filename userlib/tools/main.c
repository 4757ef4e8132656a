// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml: look at and manage Kernel-Mode Linux. This file finds the subcommand
 * and reads the options.
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../measure/share.h"
#include "tool.h"
#include "util.h"

/* What there are options for; a command has some of them. */
enum {
	JSON = 1,
	ROOT = 2,
	KERNEL = 4,
	PLACE = 8,
	MLOCK = 16,
	MEASURE = 32,
};

/**
 * struct option_of - an option
 * @name: the long one
 * @letter: the short one, or 0
 * @of: which commands have it
 * @arg: its value, for the help; or NULL
 * @what: what it does, for the help
 * @at: where it goes in struct options: a bool without @arg, a long if there is
 *	@max, else text
 * @min: the least number
 * @max: the largest, 0 if it is none
 */
struct option_of {
	const char *name;
	char letter;
	unsigned int of;
	const char *arg;
	const char *what;
	size_t at;
	long min;
	long max;
};

#define AT(member) offsetof(struct options, member)

static const struct option_of options[] = {
	{ "json", 'j', JSON, NULL, "print JSON", AT(json), 0, 0 },
	{ "root", 0, ROOT, "DIR", "the system below DIR, not the running one",
	  AT(root), 0, 0 },
	{ "kernel", 0, KERNEL, NULL,
	  "the running kernel and system, not a program", AT(kernel), 0, 0 },
	{ "config", 0, KERNEL, "FILE", "with --kernel: this configuration",
	  AT(config), 0, 0 },
	{ "cpu", 0, PLACE, "N", "on this CPU only", AT(cpu), 0, CPU_MAX },
	{ "fifo", 0, PLACE, "P", "SCHED_FIFO with this priority", AT(fifo),
	  0, 99 },
	{ "mlock", 0, MLOCK, NULL, "with all its memory locked", AT(mlock),
	  0, 0 },
	{ "interval", 'i', MEASURE, "US", "time between two", AT(interval),
	  MEASURE_INTERVAL_MIN, MEASURE_INTERVAL_MAX },
	{ "loops", 'l', MEASURE, "N", "how many", AT(loops), 1,
	  MEASURE_LOOPS_MAX },
	{ "histogram", 'h', MEASURE, "US",
	  "print a histogram up to US as cyclictest does", AT(histogram), 1,
	  MEASURE_HISTOGRAM_MAX },
	{ "plot", 0, MEASURE, "FILE", "draw a FILE.png or FILE.svg by gnuplot",
	  AT(plot), 0, 0 },
};

/**
 * struct command - a subcommand
 * @name: what is typed
 * @args: its arguments, for the help
 * @what: what it does, for the help
 * @has: its options
 * @min: arguments that it needs
 * @max: arguments that it takes at most, -1 for any number
 * @failure: exit code of a usage error
 * @run: does it
 * @run_kernel: does it with --kernel, which takes no arguments; or NULL
 */
struct command {
	const char *name;
	const char *args;
	const char *what;
	unsigned int has;
	int min;
	int max;
	int failure;
	int (*run)(int argc, char **argv, const struct options *opt);
	int (*run_kernel)(int argc, char **argv, const struct options *opt);
};

static const struct command commands[] = {
	{ "status", "", "can programs run at kernel privilege here, and which do",
	  JSON, 0, 0, EXIT_USAGE, cmd_status, NULL },
	{ "exports", "[PATTERN]", "list what the loaded module exports",
	  JSON | ROOT, 0, 1, EXIT_USAGE, cmd_exports, NULL },
	{ "check", "PROGRAM", "would it run at kernel privilege, and if not, why",
	  JSON | ROOT | KERNEL, 1, 1, EXIT_USAGE, cmd_check,
	  cmd_check_kernel },
	{ "trust", "FILE [NAME]", "install a program into " KML_TRUSTED,
	  ROOT, 1, 2, EXIT_USAGE, cmd_trust, NULL },
	{ "run", "PROGRAM [ARGUMENT]...", "run it, but only at kernel privilege",
	  PLACE | MLOCK, 1, -1, EXIT_RUN_FAILED, cmd_run, NULL },
	{ "bench", "", "what the ways into the kernel take on this machine",
	  JSON, 0, 0, EXIT_USAGE, cmd_bench, NULL },
	{ "latency", "[trap|gate|handler|poll]...",
	  "how late does a program hear of a timer",
	  JSON | PLACE | MEASURE, 0, -1, EXIT_USAGE, cmd_latency, NULL },
	{ "load", "", "load the module",
	  0, 0, 0, EXIT_USAGE, cmd_load, NULL },
	{ "unload", "", "unload the module",
	  0, 0, 0, EXIT_USAGE, cmd_unload, NULL },
};

static void help(FILE *to)
{
	fputs("usage: kml COMMAND [OPTION]... [ARGUMENT]...\n\n", to);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-7s %-27s  %s\n", commands[i].name,
			commands[i].args, commands[i].what);
	fputs("\n'kml COMMAND --help' tells the options, man 8 kml the rest.\n",
	      to);
}

static void option_help(char letter, const char *name, const char *arg,
			const char *what, FILE *to)
{
	char *left = text("  %c%c%s --%s%s%s", letter ? '-' : ' ',
			  letter ? letter : ' ', letter ? "," : " ", name,
			  arg ? " " : "", arg ? arg : "");

	fprintf(to, "%-24s  %s\n", left, what);
	free(left);
}

static void command_help(const struct command *cmd, FILE *to)
{
	bool help_letter = true;

	fprintf(to, "usage: kml %s [OPTION]...%s%s\n\n%s\n\n", cmd->name,
		*cmd->args ? " " : "", cmd->args, cmd->what);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option_of *o = &options[i];

		if (!(o->of & cmd->has))
			continue;
		option_help(o->letter, o->name, o->arg, o->what, to);
		if (o->letter == 'h')
			help_letter = false;
	}
	option_help(help_letter ? 'h' : 0, "help", NULL, "print this", to);
}

static int usage(const struct command *cmd, const char *what, const char *arg)
{
	complain("%s: %s%s%s; see 'kml %s --help'", cmd->name, what,
		 arg ? " " : "", arg ? arg : "", cmd->name);
	return cmd->failure;
}

/* Return: false if the value is not a number within bounds. */
static bool take(const struct option_of *o, const char *arg,
		 struct options *opt)
{
	void *to = (char *)opt + o->at;
	char *end;
	long n;

	if (!o->arg) {
		*(bool *)to = true;
	} else if (!o->max) {
		*(const char **)to = arg;
	} else {
		errno = 0;
		n = strtol(arg, &end, 10);
		if (errno || end == arg || *end || n < o->min || n > o->max)
			return false;
		*(long *)to = n;
	}
	return true;
}

/*
 * The tables that getopt_long() wants of a command: an option's value is its
 * place in "options" and one more, or its letter.
 */
static void tables(const struct command *cmd, struct option *longs,
		   char *shorts)
{
	bool help_letter = true;

	shorts += sprintf(shorts, "+:");
	*longs++ = (struct option) { "help", no_argument, NULL, 'H' };
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option_of *o = &options[i];

		if (!(o->of & cmd->has))
			continue;
		*longs++ = (struct option) {
			o->name, o->arg ? required_argument : no_argument,
			NULL, o->letter ? o->letter : (int)i + 1
		};
		if (o->letter)
			shorts += sprintf(shorts, "%c%s", o->letter,
					  o->arg ? ":" : "");
		if (o->letter == 'h')
			help_letter = false;
	}
	if (help_letter)
		sprintf(shorts, "h");
	*longs = (struct option) { };
}

static const struct option_of *option_of(const struct command *cmd, int c)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if ((options[i].of & cmd->has) &&
		    (options[i].letter ? options[i].letter == c :
		     (int)i + 1 == c))
			return &options[i];
	}
	return NULL;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct option longs[ARRAY_SIZE(options) + 2];
	char shorts[2 * ARRAY_SIZE(options) + 4];
	struct options opt = { .cpu = -1, .fifo = -1 };
	const struct option_of *o;
	int c;

	tables(cmd, longs, shorts);
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == ':')
			return usage(cmd, "a value is missing after",
				     argv[optind - 1]);
		o = option_of(cmd, c);
		if (c == 'H' || (c == 'h' && !o)) {
			command_help(cmd, stdout);
			return EXIT_YES;
		}
		if (!o)
			return usage(cmd, "no such option:", argv[optind - 1]);
		if (!take(o, optarg, &opt))
			return usage(cmd, "no number, or out of bounds:",
				     optarg);
	}
	argc -= optind;
	argv += optind;
	if (opt.config && !opt.kernel)
		return usage(cmd, "--config goes with --kernel", NULL);
	if (opt.kernel && opt.root)
		return usage(cmd, "--root does not go with --kernel", NULL);
	if (opt.kernel && argc)
		return usage(cmd, "too many arguments, from", argv[0]);
	if (opt.kernel)
		return cmd->run_kernel(argc, argv, &opt);
	if (argc < cmd->min)
		return usage(cmd, "an argument is missing", NULL);
	if (cmd->max >= 0 && argc > cmd->max)
		return usage(cmd, "too many arguments, from",
			     argv[cmd->max]);
	return cmd->run(argc, argv, &opt);
}

static int command(int argc, char **argv)
{
	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		help(stdout);
		return EXIT_YES;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("kml " KML_DKMS_VERSION);
		return EXIT_YES;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(argv[1], commands[i].name))
			return run(&commands[i], argc - 1, argv + 1);
	}
	complain("no such command: %s; see 'kml --help'", argv[1]);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	int ret = command(argc, argv);

	if (fflush(stdout) || ferror(stdout)) {
		complain("cannot write what was asked for: %s",
			 strerror(errno));
		return EXIT_UNKNOWN;
	}
	return ret;
}
