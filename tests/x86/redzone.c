// SPDX-License-Identifier: GPL-2.0
/*
 * The 128 bytes below RSP belong to the program. At CPL0 the CPU pushes an
 * interrupt's frame onto the current stack unless the vector has an IST stack:
 * one vector without it would destroy the red zone.
 *
 * run: both
 */
#include <pthread.h>
#include <stdint.h>
#include <time.h>

#include "ktap.h"
#include "hogs.h"

#define THREADS 4
#define SECONDS 2

static volatile bool stop;
static unsigned long rounds[THREADS], bad[THREADS];

/*
 * Fill the red zone, stay a while, and compare: how many words changed. RSP is
 * moved down first, as the compiler may use the red zone of this function.
 */
static unsigned long red_zone(uint64_t pattern)
{
	unsigned long wrong = 0;

	asm volatile("sub $256, %%rsp\n"
		     "mov $-128, %%rcx\n"
		     "1: mov %[pattern], %%rax\n"
		     "add %%rcx, %%rax\n"
		     "mov %%rax, (%%rsp, %%rcx)\n"
		     "add $8, %%rcx\n"
		     "jnz 1b\n"
		     "mov $200000, %%ecx\n"
		     "2: dec %%ecx\n"
		     "jnz 2b\n"
		     "mov $-128, %%rcx\n"
		     "3: mov %[pattern], %%rax\n"
		     "add %%rcx, %%rax\n"
		     "cmp %%rax, (%%rsp, %%rcx)\n"
		     "je 4f\n"
		     "inc %[wrong]\n"
		     "4: add $8, %%rcx\n"
		     "jnz 3b\n"
		     "add $256, %%rsp\n"
		     : [wrong] "+r" (wrong) : [pattern] "r" (pattern)
		     : "rax", "rcx", "cc", "memory");
	return wrong;
}

static void *thread(void *arg)
{
	unsigned long number = (unsigned long)arg;

	while (!stop) {
		bad[number] += red_zone(0x0123456789000000 * (number + 1) + rounds[number]);
		rounds[number]++;
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	struct timespec end, now;
	unsigned long i;

	ktap_start();
	ktap_check_privilege();
	ktap_ok(hogs_start(), "timer and hogs are running");
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, thread, (void *)i))
			return 1;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += SECONDS;
	do {
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec ||
		 (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
	stop = true;
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		ktap_ok(!bad[i] && rounds[i], "thread %lu: %lu words lost in %lu rounds",
			i, bad[i], rounds[i]);
	}
	ktap_ok(hogs_stop(), "the hogs are alive");
	ktap_ok(hogs_alarms > 10, "%d signals arrived", (int)hogs_alarms);
	return ktap_end();
}
