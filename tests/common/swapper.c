// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of swap.sh: fills more memory than it is given, forks and checks
 * all of it twice in parent and child. Says "right" and exits 0 if it was.
 *
 * run: none
 */
#include <stdint.h>
#include <sys/mman.h>

#include "ktap.h"

#define PAGES 4096

static uint64_t *area;

static bool check(void)
{
	int i;

	for (i = 0; i < PAGES; i++)
		if (area[i * 512] != i * 0x9e3779b97f4a7c15ULL)
			return false;
	return true;
}

static void child(void)
{
	int i;

	if (!check())
		_exit(1);
	for (i = 0; i < PAGES; i += 4)
		area[i * 512] = 0;
	_exit(0);
}

int main(void)
{
	bool good;
	int i;

	area = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < PAGES; i++)
		area[i * 512] = i * 0x9e3779b97f4a7c15ULL;
	good = check() && ktap_child(child) == 0 && check();
	printf("cpl %u, 16 MB in 8: %s\n", ktap_cpl(), good ? "right" : "wrong");
	return !good;
}
