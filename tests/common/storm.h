/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What storm.c starts again and again, linked in two ways: finds out how it
 * was started, and whether all that belongs to that works. Exits 0 if it ran
 * at kernel privilege, 3 if as an ordinary program, 1 after a line if neither
 * was right.
 */
#ifndef STORM_H
#define STORM_H

#include <errno.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

static inline int storm_wrong(const char *what)
{
	printf("# %s: CPL%u, %s\n", what, ktap_cpl(), kml_strerror(kml_state()));
	return 1;
}

/* The module may come while we run: that does not change what we are. */
static inline int storm_ordinary(void)
{
	if (kml_available() || kml_state() == KML_OK)
		return storm_wrong("ordinary, but exports are available");
	if (sys_getpid() != -ENOSYS || kmalloc(16, GFP_KERNEL))
		return storm_wrong("ordinary, but an export was called");
	return 3;
}

static inline int storm_child(void)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(ktap_cpl() || sys_getpid() != getpid());
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		return storm_wrong("privileged, but its child is not");
	return 0;
}

static inline int storm_main(int argc, char **argv)
{
	ktime_t first;
	void *memory;

	if (ktap_cpl() == 3)
		return storm_ordinary();
	if (!kml_available())
		return storm_wrong("privileged, but no exports");
	first = ktime_get();
	usleep_range(20, 40);
	memory = kmalloc(64, GFP_KERNEL);
	if (sys_getpid() != getpid() || ktime_get() - first < 20000 || !memory)
		return storm_wrong("privileged, but an export does not work");
	kfree(memory);
	if (argc > 1 && !strcmp(argv[1], "fork"))
		return storm_child();
	/* to be killed in the gate */
	if (argc > 1 && !strcmp(argv[1], "sleep")) {
		msleep_interruptible(20000);
		return storm_wrong("slept to its end");
	}
	return 0;
}

#endif /* STORM_H */
