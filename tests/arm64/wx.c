// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that are writable and executable: a program may write the code that it
 * runs and the page that it runs from, two threads may do one each, and the
 * kernel may read and write it meanwhile. Huge pages can be, but for hugetlbfs's.
 *
 * run: both
 * depends: cpu pages layout debug
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arm64.h"
#include "ktap.h"

#define ROUNDS 2000
#define HUGE (2UL << 20)

static const uint32_t ret = 0xd65f03c0;

/* mov w0, #value */
static uint32_t mov_w0(unsigned int value)
{
	return 0x52800000 | value << 5;
}

/* mov w0, #value; ret */
static void write_code(uint32_t *at, unsigned int value)
{
	at[0] = mov_w0(value);
	at[1] = ret;
	__builtin___clear_cache((char *)at, (char *)(at + 2));
}

static uint32_t *map(size_t size, int flags)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_ANONYMOUS | flags, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int call(const uint32_t *at)
{
	return ((int (*)(void))at)();
}

static void test_written(uint32_t *page)
{
	unsigned int i, good = 0;

	for (i = 0; i < ROUNDS; i++) {
		write_code(page + i % 64 * 8, i);
		good += call(page + i % 64 * 8) == (int)i;
	}
	ktap_ok(good == ROUNDS, "code is written and called: %u of %u", good, ROUNDS);
}

/* str w1, [x0]; mov w0, #7; ret, which stores to its own page */
static void test_writes_itself(uint32_t *page)
{
	static const uint32_t code[] = { 0xb9000001, 0x528000e0, 0xd65f03c0 };
	int (*store)(uint32_t *to, uint32_t value) = (void *)page;
	unsigned int i, good = 0;

	memcpy(page, code, sizeof(code));
	__builtin___clear_cache((char *)page, (char *)(page + 8));
	for (i = 0; i < ROUNDS; i++)
		good += store(page + 100, i) == 7 && page[100] == i;
	ktap_ok(good == ROUNDS, "code writes its own page: %u of %u", good, ROUNDS);
}

static void test_kernel_uses_it(uint32_t *page)
{
	unsigned int i, good = 0;
	int fds[2];

	if (pipe(fds))
		exit(1);
	for (i = 0; i < ROUNDS; i++) {
		uint32_t code[2] = { mov_w0(i), ret }, copy[2] = { };

		good += write(fds[1], code, sizeof(code)) == sizeof(code) &&
			read(fds[0], page, sizeof(code)) == sizeof(code);
		__builtin___clear_cache((char *)page, (char *)(page + 2));
		good += call(page) == (int)i;
		good += write(fds[1], page, sizeof(copy)) == sizeof(copy) &&
			read(fds[0], copy, sizeof(copy)) == sizeof(copy) && copy[0] == code[0];
	}
	close(fds[0]);
	close(fds[1]);
	ktap_ok(good == 3 * ROUNDS, "the kernel writes and reads code: %u of %u", good, 3 * ROUNDS);
}

static uint32_t *shared;
static volatile bool stop;
static unsigned long calls;

static void *caller(void *arg)
{
	unsigned long wrong = 0;

	(void)arg;
	for (; !stop; calls++)
		wrong += call(shared) != 42;
	return (void *)wrong;
}

/* One thread executes the page that system calls of the other write. */
static void test_threads(uint32_t *page)
{
	int fd = open("/dev/zero", 0), good = 0, i;
	pthread_t thread;
	void *wrong;

	shared = page;
	write_code(page, 42);
	pthread_create(&thread, NULL, caller, NULL);
	for (i = 0; i < ROUNDS; i++)
		good += read(fd, page + 512, 64) == 64;
	while (calls < 1000)
		usleep(1000);
	stop = true;
	pthread_join(thread, &wrong);
	close(fd);
	ktap_ok(good == ROUNDS && !wrong, "a thread executes what another has the kernel write: %d reads, %lu calls, %lu wrong",
		good, calls, (unsigned long)wrong);
}

static void test_fork(uint32_t *page)
{
	pid_t pid;
	int status;

	write_code(page, 1);
	call(page);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		write_code(page, 2);
		_exit(call(page) == 2 ? 42 : 1);
	}
	ktap_ok(waitpid(pid, &status, 0) == pid && status == 42 << 8 && call(page) == 1, "a child has code of its own");
}

static void test_protected(uint32_t *page)
{
	write_code(page, 3);
	call(page);
	mprotect(page, 4096, PROT_READ | PROT_EXEC);
	ktap_ok(call(page) == 3 && arm64_write(page, 0) == SIGSEGV, "executable only from then on");
	mprotect(page, 4096, PROT_READ | PROT_WRITE);
	ktap_ok(arm64_fault_was(ARM64_TRY(call(page)), SIGSEGV, (uintptr_t)page), "writable only from then on");
	mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
	ktap_ok(call(page) == 3, "both again");
}

/* How many KiB of this mapping are huge pages? */
static unsigned long huge_kib(const void *at, const char *field)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	unsigned long start, end, value, found = 0;
	bool here = false;
	char line[256], name[64];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = start <= (uintptr_t)at && (uintptr_t)at < end;
		else if (here && sscanf(line, "%63[^:]: %lu kB", name, &value) == 2 && !strcmp(name, field))
			found = value;
	}
	if (file)
		fclose(file);
	return found;
}

/* Threads and the kernel use it as other pages; it is switched as a whole. */
static void test_transparent(int flags, const char *field, const char *what)
{
	uint32_t *area = map(2 * HUGE, flags);
	uint32_t *huge = (uint32_t *)(((uintptr_t)area + HUGE - 1) & ~(HUGE - 1));

	madvise(huge, HUGE, MADV_HUGEPAGE);
	write_code(huge, 5);
	if (!huge_kib(huge, field)) {
		ktap_skip(what, "there is none");
		return;
	}
	ktap_ok(call(huge) == 5 && huge_kib(huge, field) == HUGE / 1024, "%s", what);
	test_written(huge);
	test_kernel_uses_it(huge + 4096);
	munmap(area, 2 * HUGE);
}

/* Those of files are not to be had unless the administrator says so. */
static void set_shmem(const char *value)
{
	int fd = open("/sys/kernel/mm/transparent_hugepage/shmem_enabled", O_WRONLY);

	if (fd >= 0 && write(fd, value, strlen(value)) < 0)
		perror("# shmem_enabled");
	close(fd);
}

static void test_huge(void)
{
	uint32_t *huge = map(HUGE, MAP_PRIVATE | MAP_HUGETLB);

	if (!huge) {
		ktap_skip("one of hugetlbfs", "there is none");
		return;
	}
	write_code(huge, 6);
	if (ktap_trusted())
		ktap_ok(arm64_fault_was(ARM64_TRY(call(huge)), SIGSEGV, (uintptr_t)huge), "one of hugetlbfs is refused");
	else
		ktap_ok(call(huge) == 6, "one of hugetlbfs");
}

int main(void)
{
	uint32_t *page;

	ktap_start();
	ktap_check_privilege();
	arm64_catch();
	page = map(4096, MAP_PRIVATE);
	test_written(page);
	test_writes_itself(page);
	test_kernel_uses_it(page);
	test_threads(page);
	test_fork(page);
	test_protected(page);
	test_transparent(MAP_PRIVATE, "AnonHugePages", "a transparent huge page");
	set_shmem("advise");
	test_transparent(MAP_SHARED, "ShmemPmdMapped", "one of shared memory");
	set_shmem("never");
	test_huge();
	return ktap_end();
}
