// SPDX-License-Identifier: GPL-2.0-only
/*
 * For kml_command.sh: is this program's memory locked? With libkml in it.
 *
 * build: static
 * link: kml
 * run: none
 */
#include "locked.h"

int main(void)
{
	return locked_main();
}
