// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dynamic program of the storm that storm.c makes.
 *
 * build: dynamic
 * link: kml
 * run: none
 */
#include "storm.h"

int main(int argc, char **argv)
{
	return storm_main(argc, argv);
}
