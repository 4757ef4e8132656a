// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of exec_unload.c and exec_unload.sh: becomes another program by a
 * gate, or ends by one while a file of its own is open.
 *
 *	exec_gate PROGRAM
 *	exec_gate -exit FILE
 *
 * link: kml
 * run: none
 */
#include <fcntl.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

int main(int argc, char **argv)
{
	const char *const program[] = { argv[argc - 1], NULL };
	const char *const nothing[] = { NULL };

	if (argc < 2)
		return 125;
	/* the module is being loaded or unloaded */
	if (ktap_cpl() || !kml_available())
		return 124;
	if (argc > 2) {
		if (open(argv[2], O_RDONLY) < 0)
			return 126;
		puts("open");
		fflush(stdout);
		getchar();
		sys_exit_group(42);
	}
	sys_execve(program[0], program, nothing);
	return 126;
}
