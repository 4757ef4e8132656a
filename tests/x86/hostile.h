/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hostile_kernel.c tells hostile_attack.c: where in the kernel it would
 * hurt. Attackers need not guess what a test can read.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

#define HOSTILE_FILE	"/dev/shm/kml-hostile"
#define HOSTILE_CPUS	8
#define HOSTILE_ISTS	7
#define HOSTILE_TARGETS	400

struct hostile {
	/* tops of the IST stacks of each CPU, KML's among them */
	uint64_t ist[HOSTILE_CPUS][HOSTILE_ISTS];
	volatile unsigned int count;
	volatile uint64_t target[HOSTILE_TARGETS];
};

static inline struct hostile *hostile_map(int flags, int prot)
{
	int fd = open(HOSTILE_FILE, flags, 0644);
	struct hostile *hostile;

	if (fd < 0 || ((flags & O_CREAT) && ftruncate(fd, sizeof(*hostile))))
		return NULL;
	hostile = mmap(NULL, sizeof(*hostile), prot, MAP_SHARED, fd, 0);
	return hostile == MAP_FAILED ? NULL : hostile;
}

/* Where the CPU has its interrupts from; with UMIP the kernel answers for the CPU. */
static inline uint64_t hostile_idt(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idt = { };

	asm volatile("sidt %0" : "=m" (idt));
	return idt.base;
}

#endif /* HOSTILE_H */
