/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all subcommands of kml share: exit codes, options and their table.
 */
#ifndef KML_TOOL_H
#define KML_TOOL_H

#include <stdbool.h>

/* The name and version that DKMS knows the module by come from dkms.conf. */
#ifndef KML_DKMS_NAME
#error "build with userlib/Makefile"
#endif

#define KML_MODULE	"kml"
#define KML_TRUSTED	"/trusted"

/* Exit codes, as kml(8) documents them. */
enum tool_exit {
	EXIT_YES = 0,
	EXIT_NO = 1,
	EXIT_USAGE = 2,
	EXIT_UNKNOWN = 3,
	/* of kml run, whose other codes are the program's */
	EXIT_RUN_FAILED = 125,
	EXIT_RUN_REFUSED = 126,
	EXIT_RUN_ABSENT = 127,
};

/**
 * struct options - what may be given before the arguments
 * @json: for machines
 * @root: judge the system below this directory, not the running one; or NULL
 * @kernel: judge a kernel's configuration, not a program
 * @config: where that is, or NULL for the running kernel's
 * @cpu: the only one to run on, or -1
 * @fifo: priority of SCHED_FIFO, or -1
 * @mlock: lock the program's memory
 * @interval: of a measurement, in us; 0 if it was not given
 * @loops: of a measurement, 0 if it was not given
 * @histogram: print one up to this many us, 0 for none
 * @plot: draw it into this file, or NULL
 */
struct options {
	bool json;
	const char *root;
	bool kernel;
	const char *config;
	long cpu;
	long fifo;
	bool mlock;
	long interval;
	long loops;
	long histogram;
	const char *plot;
};

int cmd_status(int argc, char **argv, const struct options *opt);
int cmd_exports(int argc, char **argv, const struct options *opt);
int cmd_check(int argc, char **argv, const struct options *opt);
int cmd_check_kernel(int argc, char **argv, const struct options *opt);
int cmd_trust(int argc, char **argv, const struct options *opt);
int cmd_run(int argc, char **argv, const struct options *opt);
int cmd_bench(int argc, char **argv, const struct options *opt);
int cmd_latency(int argc, char **argv, const struct options *opt);
int cmd_load(int argc, char **argv, const struct options *opt);
int cmd_unload(int argc, char **argv, const struct options *opt);

#endif /* KML_TOOL_H */
