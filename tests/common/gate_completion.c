// SPDX-License-Identifier: GPL-2.0-only
/*
 * A gated function sleeps and then uses the program's memory with a spinlock
 * held: a completion of the program's own. The task that runs meanwhile has no
 * access to user memory by plain loads; on arm64 the function did not have it
 * back, and where it may not fault that was an oops.
 *
 * link: kml
 * depends: cpu pages rt
 */
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kml/exports.h>

#include "ktap.h"

#define ROUNDS 20

/* The kernel's, built without its lock checkers. */
struct own_completion {
	unsigned int done;
	struct {
		unsigned int lock;
		struct {
			void *next, *prev;
		} list;
	} wait;
};

static struct own_completion own;

/* Queued spinlocks are 0 then; of ARM's tickets the next one is the one that is served. */
static bool unlocked(void)
{
	return (own.wait.lock & 0xffff) == own.wait.lock >> 16;
}

static void init(void)
{
	own = (struct own_completion) { .wait.list = { &own.wait.list, &own.wait.list } };
}

/* Others run while this task sleeps, on its CPU, too. */
static void *busy(void *stop)
{
	while (!*(volatile int *)stop)
		getppid();
	return NULL;
}

static void *completes(void *unused)
{
	(void)unused;
	usleep(20000);
	complete((struct completion *)&own);
	return NULL;
}

int main(void)
{
	unsigned int i, timeouts = 0, completed = 0;
	pthread_t others[2], other;
	static int stop;

	ktap_start();
	ktap_check_privilege();
	mlockall(MCL_CURRENT | MCL_FUTURE);
	for (i = 0; i < 2; i++)
		pthread_create(&others[i], NULL, busy, &stop);
	init();
	for (i = 0; i < ROUNDS; i++)
		timeouts += !wait_for_completion_timeout((struct completion *)&own, 2);
	ktap_ok(timeouts == ROUNDS, "a completion in the program's memory that nobody completes: %u of %u", timeouts, ROUNDS);
	for (i = 0; i < ROUNDS; i++) {
		pthread_create(&other, NULL, completes, NULL);
		completed += wait_for_completion_timeout((struct completion *)&own, 10000) > 0;
		pthread_join(other, NULL);
	}
	ktap_ok(completed == ROUNDS, "one that another thread completes: %u of %u", completed, ROUNDS);
	stop = 1;
	for (i = 0; i < 2; i++)
		pthread_join(others[i], NULL);
	ktap_ok(own.wait.list.next == &own.wait.list && own.wait.list.prev == &own.wait.list && unlocked() && !own.done,
		"nobody is left waiting");
	return ktap_end();
}
