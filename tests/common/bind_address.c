// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml_bind_address(): kernel functions that no list names, by their address,
 * also such that sleep. A call of the bare address would be kernel text on the
 * program's stack.
 *
 * link: kml
 * depends: debug cpu
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define MANY 300

static int both;

/* libkml's calls come here, too: count what makes memory writable and executable. */
int mprotect(void *addr, size_t len, int prot)
{
	if ((prot & (PROT_WRITE | PROT_EXEC)) == (PROT_WRITE | PROT_EXEC))
		__atomic_fetch_add(&both, 1, __ATOMIC_RELAXED);
	return syscall(SYS_mprotect, addr, len, prot);
}

/* A kernel of ARM may be Thumb code, which its list of symbols does not tell. */
static void *bound(const char *name)
{
	struct kml_export_info info = { .size = sizeof(info) };
	unsigned long addr = kallsyms_lookup_name(name);

	kml_export_info("msleep", &info);
	return addr ? kml_bind_address((void *)(addr | (uintptr_t)(info.target & 1))) : NULL;
}

static void *many(void *arg)
{
	unsigned long base = kallsyms_lookup_name("_stext");
	unsigned long failed = 0;

	for (unsigned long i = 1; i <= MANY; i++)
		failed += !kml_bind_address((void *)(base + i * 16 + (unsigned long)arg));
	return (void *)failed;
}

static int stop;

static void *bind_on(void *arg)
{
	unsigned long base = kallsyms_lookup_name("_stext") + (unsigned long)arg;

	/* new ones each time, so that the lock is taken for long */
	for (unsigned long i = 1; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++)
		kml_bind_address((void *)(base + i % 4096 * 16));
	return NULL;
}

/* Are there children, forked while a thread binds, that cannot bind? */
static int forks(int count)
{
	pthread_t thread;
	int failed = 0, status;

	pthread_create(&thread, NULL, bind_on, (void *)2);
	for (int i = 0; i < count && !failed; i++) {
		pid_t pid = fork();

		if (!pid) {
			alarm(10);
			_exit(!bound("lcm"));
		}
		failed += waitpid(pid, &status, 0) != pid || status;
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	return failed;
}

static bool refused(void *addr)
{
	errno = 0;
	return !kml_bind_address(addr) && errno == EINVAL;
}

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int main(void)
{
	unsigned long (*gcd)(unsigned long a, unsigned long b);
	long (*sleep_on)(long jiffies);
	pthread_t thread[3];
	void *failed;
	long long start;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();

	gcd = bound("gcd");
	ktap_ok(gcd && gcd(36, 24) == 12, "a function that is in no list");
	ktap_ok(bound("gcd") == (void *)gcd, "the same address is the same pointer");
	sleep_on = bound("schedule_timeout_uninterruptible");
	start = now();
	ktap_ok(sleep_on && sleep_on(10) == 0 && now() - start > 5000000, "one that sleeps, and has current");
	for (unsigned long i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, many, (void *)(i * 4));
	for (unsigned long i = 0; i < 3; i++) {
		pthread_join(thread[i], &failed);
		ktap_ok(!failed, "thread %lu binds %d addresses", i, MANY);
	}
	ktap_ok(gcd(35, 21) == 7 && bound("gcd") == (void *)gcd, "the first pointer is still right, and still the same");
	ktap_ok(!forks(50), "children that are forked while a thread binds can bind");
	ktap_ok(refused(NULL) && refused(main) && refused(&stop) && refused(&failed) && refused(&start),
		"addresses of the program are refused");
	ktap_ok(!both, "no memory is ever writable and executable: %d times", both);
	return ktap_end();
}
