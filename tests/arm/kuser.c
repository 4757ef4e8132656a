// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kuser helpers at fixed addresses of the vector page, which old programs
 * call: they must work at kernel privilege, and a compare-and-exchange that an
 * interrupt cuts must start again, not finish with an old value.
 *
 * run: both
 * depends: cpu debug
 */
#include <pthread.h>
#include <stdint.h>

#include "ktap.h"

#define THREADS 4
#define ROUNDS 20000

#define kuser_version (*(volatile int32_t *)0xffff0ffc)
#define kuser_get_tls ((void *(*)(void))0xffff0fe0)
#define kuser_cmpxchg ((int (*)(int, int, volatile int *))0xffff0fc0)
#define kuser_barrier ((void (*)(void))0xffff0fa0)
#define kuser_cmpxchg64 ((int (*)(const int64_t *, const int64_t *, volatile int64_t *))0xffff0f60)

static volatile int counter;
static volatile int64_t counter64;

static void *count(void *arg)
{
	int64_t old64, next64;
	int i, old;

	for (i = 0; i < ROUNDS; i++) {
		do {
			old = counter;
		} while (kuser_cmpxchg(old, old + 1, &counter));
		do {
			old64 = counter64;
			next64 = old64 + 0x100000001LL;
		} while (kuser_cmpxchg64(&old64, &next64, &counter64));
		kuser_barrier();
	}
	return arg;
}

int main(void)
{
	pthread_t threads[THREADS];
	void *tls;
	int i;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kuser_version >= 5, "version %d", kuser_version))
		return ktap_end();
	asm volatile("mrc p15, 0, %0, c13, c0, 3" : "=r" (tls));
	ktap_ok(kuser_get_tls() == tls, "get_tls is the thread register");
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count, NULL);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ktap_ok(counter == THREADS * ROUNDS, "cmpxchg loses nothing: %d", counter);
	ktap_ok(counter64 == THREADS * ROUNDS * 0x100000001LL, "nor does cmpxchg64");
	return ktap_end();
}
