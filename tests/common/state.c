// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of state.sh: prints what libkml says about this process, and, with
 * an argument, once more when a line has come in.
 *
 * link: kml
 * run: none
 */
#include <stdio.h>

#include <kml/kml.h>

int main(int argc, char **argv)
{
	(void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("state %d\n", kml_state());
	if (argc > 1) {
		getchar();
		printf("state %d\n", kml_state());
	}
	return !kml_available();
}
