// SPDX-License-Identifier: GPL-2.0-only
/*
 * A handler may be the first to use the program's memory, to read it and to
 * write it: on ARM both would be faults.
 *
 * link: kml
 * depends: cpu pages
 */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

#include "handler.h"
#include "ktap.h"

#define PAGES	16

static volatile uint32_t sum;

static KML_HANDLER uint32_t read_all(void *arg, __u64 value)
{
	(void)value;
	for (unsigned int i = 0; i < PAGES; i++)
		sum += ((volatile char *)arg)[i * PAGE];
	return KML_HANDLER_WAKE;
}

static KML_HANDLER uint32_t write_all(void *arg, __u64 value)
{
	(void)value;
	for (unsigned int i = 0; i < PAGES; i++)
		((volatile char *)arg)[i * PAGE] = i + 1;
	return KML_HANDLER_WAKE;
}

static bool runs(kml_handler_t handler, void *memory)
{
	int id = kml_timer_start(handler, memory, 1, 0, 0);
	long ret = id < 0 ? id : kml_timer_wait(id, 10 * SECOND);

	if (id >= 0)
		kml_timer_stop(id);
	if (ret != 1)
		printf("# %ld\n", ret);
	return ret == 1;
}

static void first(const char *what, char *memory, bool prepared)
{
	bool good = prepared && memory != MAP_FAILED;

	ktap_ok(good && runs(read_all, memory), "%s: it may be read", what);
	good = good && runs(write_all, memory);
	for (unsigned int i = 0; good && i < PAGES; i++)
		good = memory[i * PAGE] == (char)(i + 1);
	ktap_ok(good, "%s: it may be written", what);
}

static char *map(int prot, int flags, int fd)
{
	return mmap(NULL, PAGES * PAGE, prot, flags, fd, 0);
}

int main(void)
{
	int fd = memfd_create("handler", 0);
	char *memory;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(lock_memory() && fd >= 0 && !ftruncate(fd, PAGES * PAGE), "memory is locked"))
		return ktap_end();
	first("memory", map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1), true);
	memory = map(PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	first("what was read only", memory, !mprotect(memory, PAGES * PAGE, PROT_READ | PROT_WRITE));
	first("shared memory", map(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1), true);
	first("a file in memory", map(PROT_READ | PROT_WRITE, MAP_SHARED, fd), true);
	first("the same again", map(PROT_READ | PROT_WRITE, MAP_SHARED, fd), true);
	memory = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	first("a private copy of it", memory, true);
	return ktap_end();
}
