// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it costs to find exports: kml_sym() of each name given, on average, and
 * the start of a program that is linked with libkml. Times are nanoseconds,
 * which are instructions where bench/run.sh runs it.
 */
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#define TRIES 20

static unsigned long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000UL + ts.tv_nsec;
}

static unsigned long find_all(char **names, int n)
{
	unsigned long start = now();

	for (int i = 0; i < n; i++)
		if (!kml_sym(names[i]))
			return 0;
	return (now() - start) / n;
}

static unsigned long start_one(char *program)
{
	char *const args[] = { program, NULL };
	unsigned long start = now();
	int status;
	pid_t pid;

	if (posix_spawn(&pid, program, NULL, NULL, args, NULL) ||
	    waitpid(pid, &status, 0) != pid || status)
		return 0;
	return now() - start;
}

int main(int argc, char **argv)
{
	unsigned long sym = -1UL, start = -1UL;

	/* As such it is the program that is started. */
	if (argc < 2)
		return !kml_available() || ktime_get() == 0;
	for (int i = 0; i < TRIES; i++) {
		unsigned long one = find_all(argv + 1, argc - 1);
		unsigned long all = start_one(argv[0]);

		if (!one || !all)
			return 1;
		if (one < sym)
			sym = one;
		if (all < start)
			start = all;
	}
	printf("%lu %lu\n", sym, start);
	return 0;
}
