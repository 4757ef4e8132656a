// SPDX-License-Identifier: GPL-2.0-only
/*
 * A static program that is loaded anywhere: libkml.a finds the KML vDSO by the
 * auxiliary vector alone, and its slots are relocated before they are bound.
 *
 * build: static-pie
 * link: kml
 * run: both
 * depends: layout debug
 */
#include "bound.h"

int main(void)
{
	return bound_main();
}
