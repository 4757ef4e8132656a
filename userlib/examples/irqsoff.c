// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What interrupts cost a tight loop: read the CPU's cycle counter as fast as
 * possible, with interrupts on and then off, and show how far apart two readings get.
 *
 * Interrupts stay off for some 10000 readings at a time, well below what the
 * kernel would complain about, and on between the rounds, so that the CPU
 * gets its timer. All that the loop touches was touched before: a page fault
 * would turn interrupts on. What is left with interrupts off is NMIs, SMIs
 * and, in a virtual machine, the host.
 *
 * Run, as root: cp irqsoff /trusted/ && /trusted/irqsoff
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include <kml/kml.h>

#include "cycles.h"

#define ROUNDS 200
#define READINGS 10000
#define BUCKETS 64

struct jitter {
	uint64_t min, max;
	unsigned long histogram[BUCKETS];	/* by the highest bit set */
};

static void note(struct jitter *j, uint64_t delta)
{
	if (delta < j->min)
		j->min = delta;
	if (delta > j->max)
		j->max = delta;
	j->histogram[63 - __builtin_clzll(delta | 1)]++;
}

static void read_cycles(struct jitter *j)
{
	uint64_t last = cycles();

	for (int i = 0; i < READINGS; i++) {
		uint64_t now = cycles();

		note(j, cycles_between(last, now));
		last = now;
	}
}

static void measure(struct jitter *j, int irqs_off)
{
	unsigned long flags = 0;

	memset(j, 0, sizeof(*j));
	j->min = UINT64_MAX;
	for (int i = 0; i < ROUNDS; i++) {
		if (irqs_off)
			flags = kml_local_irq_save();
		read_cycles(j);
		if (irqs_off)
			kml_local_irq_restore(flags);
	}
}

static void report(const char *what, const struct jitter *j)
{
	printf("%s: min %llu, max %llu cycles between two readings\n", what,
	       (unsigned long long)j->min, (unsigned long long)j->max);
	for (int i = 0; i < BUCKETS; i++)
		if (j->histogram[i])
			printf("  %12llu.. %lu\n", 1ULL << i, j->histogram[i]);
}

int main(void)
{
	static struct jitter on, off;

	if (!kml_available()) {
		fprintf(stderr, "irqsoff: %s\n", kml_strerror(kml_state()));
		return 77;
	}

	if (cycles_start())
		return 1;
	measure(&on, 0);
	measure(&off, 1);
	report("interrupts on", &on);
	report("interrupts off", &off);
	return 0;
}
