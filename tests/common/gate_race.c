// SPDX-License-Identifier: GPL-2.0-only
/*
 * Other threads change the memory map while a gated function is at work in it,
 * and a timer's signals come all the time: memory that is there is found, and
 * what was taken away is the signal of a bad pointer. Neither is an oops.
 *
 * link: kml
 * depends: rt
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "gate_bad.h"

#define PAGES	16
#define SIZE	(PAGES * PAGE)
#define MILLISECONDS 1500

static char *area, *other;
static volatile bool stop;
static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec % 1000000 * 1000 + ts.tv_nsec / 1000000;
}

static void *discards(void *arg)
{
	(void)arg;
	while (!stop)
		madvise(area, SIZE, MADV_DONTNEED);
	return NULL;
}

/* Takes mmap_lock for writing, far from where the function works. */
static void *maps(void *arg)
{
	(void)arg;
	while (!stop)
		munmap(mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0), SIZE);
	return NULL;
}

static void *protects(void *arg)
{
	(void)arg;
	while (!stop) {
		mprotect(area, SIZE, PROT_NONE);
		mprotect(area, SIZE, PROT_READ | PROT_WRITE);
	}
	return NULL;
}

static void *unmaps(void *arg)
{
	(void)arg;
	while (!stop) {
		munmap(area, SIZE);
		mmap(area, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
	return NULL;
}

static void *moves(void *arg)
{
	(void)arg;
	while (!stop) {
		mremap(area, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, other);
		mremap(other, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, area);
	}
	return NULL;
}

/* One round of gated reads and writes all over the area; nothing is ever stored there but what is random. */
static unsigned long touch(struct file *file)
{
	loff_t pos = 0;
	char *copy;

	get_random_bytes(area + PAGE / 2, 3 * PAGE);
	copy = kmemdup(area, SIZE, GFP_KERNEL);
	if (!copy)
		return 1;
	kfree(copy);
	return kernel_write(file, area + 100, SIZE - 100, &pos) != SIZE - 100;
}

/* Is the memory always there while the other thread runs? Then there must not be a signal. */
static void test(const char *what, void *(*other_thread)(void *), bool always)
{
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } }, never = { };
	struct file *file = filp_open("/tmp/gate_race", O_RDWR | O_CREAT, 0600);
	unsigned long rounds = 0, wrong = 0;
	long end = now() + MILLISECONDS;
	pthread_t thread;
	sigset_t set;

	stop = false;
	bad_count = 0;
	alarms = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	/* the alarms are for us */
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&thread, NULL, other_thread, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	while (now() < end) {
		wrong += touch(file);
		rounds++;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	stop = true;
	pthread_join(thread, NULL);
	filp_close(file, NULL);
	if (always)
		ktap_ok(!wrong && !bad_count, "%s: %lu rounds, %lu wrong, %d signals, %d alarms", what, rounds, wrong,
			(int)bad_count, (int)alarms);
	else
		ktap_ok(rounds > 10 && bad_got.sig != SIGBUS, "%s: %lu rounds, %d signals, %d alarms", what, rounds,
			(int)bad_count, (int)alarms);
}

static char pattern(unsigned int round, unsigned int i)
{
	return round * 7 + i;
}

/* The child's copy must not see what the parent's function stores. */
static void test_cow(void)
{
	struct file *file = filp_open("/tmp/gate_race", O_RDWR | O_CREAT, 0600);
	unsigned int round, i, wrong = 0;
	int go[2], status;
	char c;

	for (round = 0; round < 30; round++) {
		loff_t pos = 0;
		pid_t pid;

		for (i = 0; i < SIZE; i++)
			other[i] = pattern(round + 1, i);
		kernel_write(file, other, SIZE, &pos);
		for (i = 0; i < SIZE; i++)
			other[i] = pattern(round, i);
		if (pipe(go))
			exit(1);
		pid = fork();
		if (!pid) {
			close(go[1]);
			if (read(go[0], &c, 1))
				_exit(1);
			for (i = 0; i < SIZE && other[i] == pattern(round, i); i++)
				;
			_exit(i != SIZE);
		}
		pos = 0;
		kernel_read(file, other, SIZE, &pos);
		for (i = 0; i < SIZE; i++)
			wrong += other[i] != pattern(round + 1, i);
		close(go[0]);
		close(go[1]);
		wrong += waitpid(pid, &status, 0) != pid || status;
	}
	filp_close(file, NULL);
	unlink("/tmp/gate_race");
	ktap_ok(!wrong, "memory shared with forked children: %u bytes or children wrong", wrong);
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	bad_handle();
	sigaction(SIGALRM, &action, NULL);
	area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	other = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	test("MADV_DONTNEED", discards, true);
	test("mmap and munmap elsewhere", maps, true);
	test("mprotect", protects, false);
	test("munmap", unmaps, false);
	test_cow();
	test("mremap", moves, false);
	return ktap_end();
}
