// SPDX-License-Identifier: GPL-2.0-only
/*
 * Eight threads under one mutex, moved between the CPUs while they count: a
 * lost update or a register lost in a switch makes the sums differ.
 *
 * run: both
 * depends: cpu pages gs debug rt
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "ktap.h"

#define THREADS 8
#define ROUNDS 2000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned long shared_sum;

static void *count(void *arg)
{
	unsigned long i, own = 0;
	unsigned int want = ktap_trusted() ? 0 : 3;
	cpu_set_t set;

	for (i = 0; i < ROUNDS; i++) {
		if (i % 50 == 0) {
			CPU_ZERO(&set);
			CPU_SET((i / 50 + (unsigned long)arg) & 1, &set);
			/* with one CPU this fails, and the sums count still */
			sched_setaffinity(0, sizeof(set), &set);
		}
		pthread_mutex_lock(&mutex);
		shared_sum += i;
		pthread_mutex_unlock(&mutex);
		own += i + (ktap_cpl() != want);
	}
	return (void *)own;
}

int main(void)
{
	unsigned long one = (unsigned long)ROUNDS * (ROUNDS - 1) / 2, right = 0, i;
	pthread_t threads[THREADS];
	void *own;

	ktap_start();
	ktap_check_privilege();
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, count, (void *)i))
			return 1;
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &own);
		right += (unsigned long)own == one;
	}
	ktap_ok(right == THREADS, "each thread counted right at its privilege");
	ktap_ok(shared_sum == THREADS * one, "no update under the mutex was lost");
	return ktap_end();
}
