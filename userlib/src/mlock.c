// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lock the program's memory because who started it asked for it: locked memory
 * does not outlive exec, so nobody else can.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mlock.h"

#define ASKED		"KML_MLOCK"
#define EXIT_REFUSED	125	/* as kml run's for what it cannot do */

/**
 * kml_mlock_if_asked - do what KML_MLOCK=1 in the environment asks for
 *
 * It is for this program alone and taken away. A user needs no privilege for
 * it: how much he may lock is a limit of his own. So it counts in programs
 * whose environment is else not to be trusted, too.
 */
void kml_mlock_if_asked(void)
{
	const char *asked = getenv(ASKED);

	if (!asked || strcmp(asked, "1"))
		return;
	if (mlockall(MCL_CURRENT | MCL_FUTURE)) {
		fprintf(stderr, "%s: kml: memory cannot be locked, as " ASKED " asks: %s\n",
			program_invocation_short_name, strerror(errno));
		_exit(EXIT_REFUSED);
	}
	unsetenv(ASKED);
}
