// SPDX-License-Identifier: GPL-2.0-only
/*
 * For kml_latency.sh: takes the place of the program that kml latency measures
 * and tells it what the first word of FAKE says.
 *
 * run: none
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../userlib/measure/share.h"

#define FAKE "/tmp/kml-latency/fake"

static struct measure *m;

static void tell(uint32_t n, int first, int step)
{
	for (uint32_t i = 0; i < n; i++)
		m->late[i] = first + step * (int)i;
	m->done = n;
	m->state = MEASURE_ENDED;
}

int main(void)
{
	char what[16] = "";
	FILE *file = fopen(FAKE, "r");
	struct stat st;

	if (!file || fscanf(file, "%15s", what) != 1 || fstat(MEASURE_FD, &st))
		return 2;
	m = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, MEASURE_FD, 0);
	if (m == MAP_FAILED)
		return 2;
	if (!strcmp(what, "early")) {
		tell(m->loops, 5, -1);
	} else if (!strcmp(what, "same")) {
		tell(m->loops, 7, 0);
	} else if (!strcmp(what, "few")) {
		tell(m->loops - 1, 1, 1);
	} else if (!strcmp(what, "many")) {
		tell(m->loops, 1, 1);
		m->done = UINT32_MAX;
	} else if (!strcmp(what, "fails")) {
		tell(m->loops, 1, 1);
		m->state = MEASURE_RUNS;
		return 3;
	} else if (!strcmp(what, "killed")) {
		raise(SIGKILL);
	} else if (!strcmp(what, "hangs")) {
		pause();
	}
	return 0;
}
