// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program linked with libkml.so.1 binds the exports when it starts. The
 * dynamic linker runs at CPL0, too: it must find libkml and relocate with the
 * KML vDSO in the stock one's place.
 *
 * build: dynamic
 * link: kml
 * run: both
 * depends: layout debug
 */
#include "bound.h"

int main(void)
{
	return bound_main();
}
