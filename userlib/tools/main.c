// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml: look at and manage Kernel-Mode Linux. This file finds the subcommand
 * and reads the options.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tool.h"
#include "util.h"

/**
 * struct command - a subcommand
 * @name: what is typed
 * @args: its arguments, for the help
 * @what: what it does, for the help
 * @json: knows --json
 * @root: knows --root
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
	bool json;
	bool root;
	int min;
	int max;
	int failure;
	int (*run)(int argc, char **argv, const struct options *opt);
	int (*run_kernel)(int argc, char **argv, const struct options *opt);
};

static const struct command commands[] = {
	{ "status", "", "can programs run at kernel privilege here, and which do",
	  true, false, 0, 0, EXIT_USAGE, cmd_status, NULL },
	{ "exports", "[PATTERN]", "list what the loaded module exports",
	  true, true, 0, 1, EXIT_USAGE, cmd_exports, NULL },
	{ "check", "PROGRAM", "would it run at kernel privilege, and if not, why",
	  true, true, 1, 1, EXIT_USAGE, cmd_check, cmd_check_kernel },
	{ "trust", "FILE [NAME]", "install a program into " KML_TRUSTED,
	  false, true, 1, 2, EXIT_USAGE, cmd_trust, NULL },
	{ "run", "PROGRAM [ARGUMENT]...", "run it, but only at kernel privilege",
	  false, false, 1, -1, EXIT_RUN_FAILED, cmd_run, NULL },
	{ "bench", "", "what the ways into the kernel take on this machine",
	  true, false, 0, 0, EXIT_USAGE, cmd_bench, NULL },
	{ "load", "", "load the module",
	  false, false, 0, 0, EXIT_USAGE, cmd_load, NULL },
	{ "unload", "", "unload the module",
	  false, false, 0, 0, EXIT_USAGE, cmd_unload, NULL },
};

enum { OPT_ROOT = 256, OPT_KERNEL, OPT_CONFIG };

static void help(FILE *to)
{
	fputs("usage: kml COMMAND [OPTION]... [ARGUMENT]...\n\n", to);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-7s %-21s  %s\n", commands[i].name,
			commands[i].args, commands[i].what);
	fputs("\n'kml COMMAND --help' tells the options, man 8 kml the rest.\n",
	      to);
}

static void command_help(const struct command *cmd, FILE *to)
{
	fprintf(to, "usage: kml %s [OPTION]...%s%s\n\n%s\n\n", cmd->name,
		*cmd->args ? " " : "", cmd->args, cmd->what);
	if (cmd->json)
		fputs("  -j, --json      print JSON\n", to);
	if (cmd->root)
		fputs("      --root DIR  the system below DIR, not the running one\n",
		      to);
	if (cmd->run_kernel)
		fputs("      --kernel    the running kernel's configuration, not a program\n"
		      "      --config FILE  with --kernel: this configuration\n",
		      to);
	fputs("  -h, --help      print this\n", to);
}

static int usage(const struct command *cmd, const char *what, const char *arg)
{
	complain("%s: %s%s%s; see 'kml %s --help'", cmd->name, what,
		 arg ? " " : "", arg ? arg : "", cmd->name);
	return cmd->failure;
}

static int run(const struct command *cmd, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "root", required_argument, NULL, OPT_ROOT },
		{ "kernel", no_argument, NULL, OPT_KERNEL },
		{ "config", required_argument, NULL, OPT_CONFIG },
		{ }
	};
	struct options opt = { };
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:hj", longs, NULL)) != -1) {
		if (c == 'h') {
			command_help(cmd, stdout);
			return EXIT_YES;
		}
		if (c == ':')
			return usage(cmd, "a value is missing after",
				     argv[optind - 1]);
		if (c == 'j' && cmd->json)
			opt.json = true;
		else if (c == OPT_ROOT && cmd->root)
			opt.root = optarg;
		else if (c == OPT_KERNEL && cmd->run_kernel)
			opt.kernel = true;
		else if (c == OPT_CONFIG && cmd->run_kernel)
			opt.config = optarg;
		else
			return usage(cmd, "no such option:",
				     argv[optind - 1]);
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
