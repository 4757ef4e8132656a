// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ordinary program on one CPU that has its kernel look at MSR_LSTAR there
 * again and again: "lstar_watch CPU ADDRESS SECONDS" prints how often it was
 * read and how often it was not ADDRESS.
 *
 * run: none
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MSR_LSTAR 0xc0000082

int main(int argc, char **argv)
{
	unsigned long reads = 0, wrong = 0, want;
	struct timespec now;
	char name[64];
	cpu_set_t set;
	uint64_t value;
	time_t end;
	int cpu, fd;

	if (argc != 4)
		return 2;
	cpu = atoi(argv[1]);
	want = strtoul(argv[2], NULL, 16);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	snprintf(name, sizeof(name), "/dev/cpu/%d/msr", cpu);
	fd = open(name, O_RDONLY);
	if (fd < 0 || sched_setaffinity(0, sizeof(set), &set))
		return 3;
	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec + atoi(argv[3]);
	while (now.tv_sec < end) {
		bool here = sched_getcpu() == cpu && pread(fd, &value, sizeof(value), MSR_LSTAR) == sizeof(value);

		/* from elsewhere, when the CPU has been away, whose program it runs is not known */
		if (here && sched_getcpu() == cpu) {
			reads++;
			wrong += value != want;
		} else {
			usleep(1000);
			sched_setaffinity(0, sizeof(set), &set);
		}
		if (!(reads % 16))
			sched_yield();
		clock_gettime(CLOCK_MONOTONIC, &now);
	}
	printf("%lu %lu\n", reads, wrong);
	return 0;
}
