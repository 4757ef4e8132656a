// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the frequency of this machine's TSC in kHz: that is what TCG's guests
 * read. However busy the machine is, one of many readings of both clocks is
 * not interrupted.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define TRIES	1000

struct reading {
	uint64_t tsc, ns;
};

static struct reading read_both(void)
{
	uint64_t best = UINT64_MAX;
	struct reading result = { 0, 0 };
	int i;

	for (i = 0; i < TRIES; i++) {
		uint64_t before = __rdtsc(), after;
		struct timespec now;

		clock_gettime(CLOCK_MONOTONIC_RAW, &now);
		after = __rdtsc();
		if (after - before < best) {
			best = after - before;
			result.tsc = before + best / 2;
			result.ns = now.tv_sec * 1000000000ull + now.tv_nsec;
		}
	}
	return result;
}

int main(void)
{
	struct reading from = read_both(), to;

	nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	to = read_both();
	printf("%.0f\n", (to.tsc - from.tsc) * 1e6 / (to.ns - from.ns));
	return 0;
}
