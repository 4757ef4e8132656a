// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of nmi.sh: a bit of everything that enters the kernel (system
 * calls, page faults, signals, forks, vector registers) for so many seconds.
 * Says "right" and exits 0 if all results were.
 *
 * run: none
 */
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "ktap.h"

#define PAGES 64

static volatile sig_atomic_t signals;

static void on_signal(int sig)
{
	(void)sig;
	signals++;
}

static bool calls(pid_t parent)
{
	int i;

	for (i = 0; i < 200; i++)
		if (syscall(SYS_getppid) != parent)
			return false;
	return true;
}

static bool faults(unsigned char *area)
{
	unsigned long sum = 0;
	int i;

	for (i = 0; i < PAGES; i++)
		area[i * 4096] = i;
	for (i = 0; i < PAGES; i++)
		sum += area[i * 4096];
	if (sum != PAGES * (PAGES - 1) / 2)
		return false;
	if (madvise(area, PAGES * 4096, MADV_DONTNEED))
		return false;
	return area[4096] == 0;
}

static bool raised(void)
{
	int before = signals;

	return !raise(SIGUSR1) && signals == before + 1;
}

static void child(void)
{
	_exit(5);
}

/* Sums that the compiler keeps in vector registers, with exact results. */
static bool sums(void)
{
	double sum[4] = { };
	int i, j;

	for (i = 0; i < 5000; i++)
		for (j = 0; j < 4; j++)
			sum[j] += i * (j + 1) * 0.5;
	for (j = 0; j < 4; j++)
		if (sum[j] != 12497500 * (j + 1) * 0.5)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	unsigned char *area = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 3);
	unsigned long rounds = 0;
	pid_t parent = getppid();
	bool good = true;

	signal(SIGUSR1, on_signal);
	while (good && time(NULL) < end) {
		good = calls(parent) && faults(area) && raised() && sums();
		if (good && rounds % 64 == 0)
			good = ktap_child(child) == 5 << 8;
		rounds++;
	}
	printf("cpl %u, %lu rounds: %s\n", ktap_cpl(), rounds, good ? "right" : "wrong");
	return !good;
}
