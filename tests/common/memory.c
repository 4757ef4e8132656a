// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of a privileged program, whose pages are all supervisor pages,
 * behaves as any: copy on write, stack growth, protection, huge pages, swapped
 * and reclaimed pages. The walk of a page table without the user bit at its
 * top must not be mistaken for a kernel's.
 *
 * run: both
 * depends: cpu pages gs layout debug rt
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include "arch.h"
#include "ktap.h"

#define HUGE (2 << 20)
/* what the kernel keeps free below a stack is 256 pages */
#define ROOM (512 * PAGE)

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MAP_HUGE_2MB
#define MAP_HUGE_2MB (21 << 26)
#endif

static sigjmp_buf back;
static volatile uintptr_t fault_address;
static char altstack[65536];
static volatile char *shared;

static void on_segv(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	fault_address = (uintptr_t)info->si_addr;
	siglongjmp(back, 1);
}

static char *map(size_t size, int flags)
{
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return area == MAP_FAILED ? NULL : area;
}

static bool store_faults(volatile char *where)
{
	if (!sigsetjmp(back, 1)) {
		*where = 1;
		return false;
	}
	return fault_address == (uintptr_t)where;
}

static bool load_faults(volatile char *where)
{
	if (!sigsetjmp(back, 1)) {
		(void)*where;
		return false;
	}
	return fault_address == (uintptr_t)where;
}

static char *cow;

static void cow_child(void)
{
	int i, good = 0;

	for (i = 0; i < 64; i++) {
		good += cow[i * PAGE] == 'p';
		cow[i * PAGE] = 'c';
	}
	for (i = 0; i < 64; i++)
		good += cow[i * PAGE] == 'c';
	_exit(good == 128 ? 0 : 1);
}

static void test_cow(void)
{
	int i, good = 0;

	cow = map(64 * PAGE, 0);
	for (i = 0; i < 64; i++)
		cow[i * PAGE] = 'p';
	ktap_ok(ktap_child(cow_child) == 0, "copy on write: the child has its own pages");
	for (i = 0; i < 64; i++)
		good += cow[i * PAGE] == 'p';
	ktap_ok(good == 64, "copy on write: the parent kept its own");
	munmap(cow, 64 * PAGE);
}

__attribute__((noipa))
static int recurse(int depth)
{
	volatile char frame[2048];

	frame[0] = depth;
	return depth ? recurse(depth - 1) + (frame[0] == (char)depth) : 0;
}

__attribute__((noipa))
static int recurse_for_ever(int depth)
{
	volatile char frame[2048];

	frame[0] = depth;
	return depth < 0 ? 0 : recurse_for_ever(depth + 1) + frame[0];
}

static void overflow_killed(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigaction(SIGSEGV, &action, NULL);
	_exit(recurse_for_ever(0));
}

static void test_stack(void)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };
	char *down;
	int status;

	ktap_ok(recurse(1000) == 1000, "the stack grows by 2 MB");
	fflush(stdout);
	if (!fork()) {
		setrlimit(RLIMIT_STACK, &limit);
		overflow_killed();
	}
	wait(&status);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "its overflow is SIGSEGV");
	if (!sigsetjmp(back, 1))
		recurse_for_ever(0);
	ktap_ok(fault_address, "its overflow is handled on the alternate stack");

	/* Room below first, as there is a gap to keep. */
	down = map(ROOM, 0);
	munmap(down, ROOM);
	down = mmap(down + ROOM - PAGE, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	down[0] = 1;
	down[-PAGE] = 2;
	down[-2 * PAGE] = 3;
	ktap_ok(down[-PAGE] == 2 && down[-2 * PAGE] == 3, "MAP_GROWSDOWN grows");
	munmap(down - 2 * PAGE, 3 * PAGE);
}

static void test_protection(void)
{
	char *area = map(4 * PAGE, 0);
	int (*code)(void) = (int (*)(void))area;
	int i, good = 0;

	memcpy(area, ARCH_RETURN_42, sizeof(ARCH_RETURN_42) - 1);
	__builtin___clear_cache(area, area + PAGE);
	if (!sigsetjmp(back, 1))
		code();
	ktap_ok(fault_address == (uintptr_t)area, "no execution without PROT_EXEC");
	mprotect(area, PAGE, PROT_READ | PROT_EXEC);
	ktap_ok(code() == 42, "execution with it");
	ktap_ok(store_faults(area), "no store without PROT_WRITE");
	for (i = 0; i < 20; i++) {
		mprotect(area + PAGE, PAGE, PROT_NONE);
		good += load_faults(area + PAGE);
		mprotect(area + PAGE, PAGE, PROT_READ);
		good += store_faults(area + PAGE);
		mprotect(area + PAGE, PAGE, PROT_READ | PROT_WRITE);
		good += !store_faults(area + PAGE);
	}
	ktap_ok(good == 60, "mprotect takes effect at once, %d of 60", good);
	area[2 * PAGE] = 7;
	madvise(area + 2 * PAGE, PAGE, MADV_DONTNEED);
	ktap_ok(area[2 * PAGE] == 0, "MADV_DONTNEED empties a page");
	munmap(area, 4 * PAGE);
	ktap_ok(load_faults(area), "an unmapped page faults");
}

static void huge_child(void)
{
	shared[HUGE / 2] = 9;
	_exit(shared[PAGE] == 5 ? 0 : 1);
}

static void test_huge(void)
{
	char *area = map(2 * HUGE, 0);
	char *huge = (char *)(((uintptr_t)area + HUGE - 1) & -(uintptr_t)HUGE);
	FILE *file;

	madvise(huge, HUGE, MADV_HUGEPAGE);
	huge[PAGE] = 5;
	shared = huge;
	ktap_ok(ktap_child(huge_child) == 0 && huge[HUGE / 2] == 0,
		"transparent huge page: copy on write");
	mprotect(huge + PAGE, PAGE, PROT_READ);
	ktap_ok(store_faults(huge + PAGE) && !store_faults(huge), "and it is split");
	munmap(area, 2 * HUGE);

	file = fopen("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "w");
	if (file) {
		fputs("4\n", file);
		fclose(file);
	}
	shared = map(HUGE, MAP_HUGETLB | MAP_HUGE_2MB);
	if (!shared) {
		ktap_skip("hugetlb page", "none to be had");
		return;
	}
	shared[PAGE] = 5;
	ktap_ok(ktap_child(huge_child) == 0 && shared[HUGE / 2] == 0,
		"hugetlb page: copy on write");
	munmap((void *)shared, HUGE);
}

/* Clean file pages are dropped and come back; anonymous ones when there is swap. */
static void test_pageout(void)
{
	char name[] = "/var/tmp/kml-memory-XXXXXX";
	char buffer[PAGE], *area;
	int fd = mkstemp(name), i, good = 0;

	unlink(name);
	for (i = 0; i < 64; i++) {
		memset(buffer, i, PAGE);
		if (write(fd, buffer, PAGE) != PAGE)
			break;
	}
	fsync(fd);
	area = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	for (i = 0; i < 64; i++)
		good += area[i * PAGE + 9] == i;
	madvise(area, 64 * PAGE, MADV_PAGEOUT);
	for (i = 0; i < 64; i++)
		good += area[i * PAGE + 9] == i;
	ktap_ok(good == 128, "file pages come back after MADV_PAGEOUT");
	for (i = 0; i < 64; i++)
		area[i * PAGE] = i + 1;
	madvise(area, 64 * PAGE, MADV_PAGEOUT);
	for (i = 0, good = 0; i < 64; i++)
		good += area[i * PAGE] == i + 1 && area[i * PAGE + 9] == i;
	ktap_ok(good == 64, "written pages come back after MADV_PAGEOUT");
	munmap(area, 64 * PAGE);
	close(fd);
}

static void test_access(void)
{
	static const char text[] = "seen through the kernel";
	static volatile char remote[sizeof(text)];
	struct iovec to = { (void *)remote, sizeof(text) }, from = { (void *)text, sizeof(text) };
	char buffer[sizeof(text)];
	int fd = open("/proc/self/mem", O_RDWR);

	ktap_ok(pread(fd, buffer, sizeof(text), (uintptr_t)text) == sizeof(text) &&
		!memcmp(buffer, text, sizeof(text)), "/proc/self/mem");
	close(fd);
	ktap_ok(process_vm_writev(getpid(), &from, 1, &to, 1, 0) == sizeof(text) &&
		!memcmp((void *)remote, text, sizeof(text)), "process_vm_writev");
	fd = open("/dev/zero", O_RDONLY);
	ktap_ok(read(fd, (void *)0x1000, 1) < 0 && errno == EFAULT, "read() to an unmapped page: EFAULT");
	ktap_ok(read(fd, (void *)ARCH_KERNEL_TEXT, 1) < 0 && errno == EFAULT,
		"read() to a kernel address: EFAULT");
	close(fd);
}

int main(void)
{
	struct sigaction action = {
		.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK,
	};
	stack_t stack = { .ss_sp = altstack, .ss_size = sizeof(altstack) };

	ktap_start();
	ktap_check_privilege();
	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
	test_cow();
	test_stack();
	test_protection();
	test_huge();
	test_pageout();
	test_access();
	return ktap_end();
}
