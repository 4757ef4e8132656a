// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of gate_memcg.sh: gated functions touch so many MB of fresh memory.
 * Says "right" and exits 0 if what they stored is there.
 *
 *	gate_memcg MB [KB of ordinary memory, for ever]
 *
 * link: kml
 * run: none
 */
#include <stdint.h>
#include <sys/mman.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"


static char *fresh(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* An ordinary program that holds what it has. */
static int hold(size_t size)
{
	memset(fresh(size), 1, size);
	puts("holds");
	fflush(stdout);
	pause();
	return 0;
}

int main(int argc, char **argv)
{
	size_t size, i;
	long sum = 0;
	char *p;

	if (argc > 2)
		return hold((size_t)atoi(argv[2]) << 10);
	if (argc != 2 || ktap_cpl() || !kml_available())
		return 2;
	size = (size_t)atoi(argv[1]) << 20;
	p = fresh(size);
	for (i = 0; i < size; i += 16 * PAGE)
		get_random_bytes(p + i, 16 * PAGE);
	for (i = 0; i < size; i++)
		sum += !p[i];
	/* one of 256 */
	if (sum < (long)size / 300 || sum > (long)size / 200)
		return 3;
	puts("right");
	return 0;
}
