// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code on the stack and in each kind of mapping runs at kernel privilege. The
 * page table of the argument stack is made before exec knows whether the
 * program is privileged, with PXN for the 2 MB around it: with norandmaps the
 * program's libraries and thread stacks are there, too.
 *
 * run: both
 * depends: cpu pages layout
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "arch.h"
#include "arm.h"
#include "ktap.h"

#define HUGE (2 << 20)

typedef int (*code_fn)(void);

/* Runs it @where, whose page it makes executable. */
static bool runs(char *where)
{
	char *page = (char *)((uintptr_t)where & -4096UL);
	volatile int got = 0;

	if (mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC))
		return false;
	memcpy(where, ARCH_RETURN_42, sizeof(ARCH_RETURN_42) - 1);
	__builtin___clear_cache(where, where + sizeof(ARCH_RETURN_42));
	ARM_TRY(got = ((code_fn)where)());
	return got == 42;
}

static char *map(size_t size, int flags)
{
	char *area = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return area == MAP_FAILED ? NULL : area;
}

static char *child_code;

static void child(void)
{
	child_code[64] = 1;
	_exit(((code_fn)child_code)() == 42 ? 0 : 1);
}

static void test_huge(void)
{
	char *area = map(2 * HUGE, 0), *huge;
	int status;

	huge = (char *)(((uintptr_t)area + HUGE - 1) & -(uintptr_t)HUGE);
	madvise(huge, HUGE, MADV_HUGEPAGE);
	huge[0] = 1;
	ktap_ok(runs(huge + 8192), "code in what may be a huge page");
	child_code = huge + 8192;
	status = ktap_child(child);
	ktap_ok(status == 0, "and in a child's copy of it: status %#x", status);
	munmap(area, 2 * HUGE);
	area = map(HUGE, MAP_HUGETLB);
	if (!area) {
		ktap_skip("code in a hugetlb page", "none to be had");
		return;
	}
	mprotect(area, HUGE, PROT_READ | PROT_WRITE | PROT_EXEC);
	memcpy(area, ARCH_RETURN_42, sizeof(ARCH_RETURN_42) - 1);
	__builtin___clear_cache(area, area + 64);
	ktap_ok(((code_fn)area)() == 42, "code in a hugetlb page");
	munmap(area, HUGE);
}

int main(int argc, char **argv)
{
	char local[8192] __attribute__((aligned(4096)));
	FILE *file = fopen("/proc/sys/vm/nr_hugepages", "w");
	char *area;

	(void)argc;
	if (file) {
		fputs("2\n", file);
		fclose(file);
	}
	ktap_start();
	ktap_check_privilege();
	arm_catch();
	printf("# argv at %p, the stack at %p\n", (void *)argv, (void *)local);
	ktap_ok(runs(local), "code on the stack");
	/* the topmost page of the stack, where the arguments are */
	area = (char *)(((uintptr_t)argv[0] & -4096UL) - 4096);
	memcpy(local, area, sizeof(ARCH_RETURN_42));
	ktap_ok(mprotect(area, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0 &&
		runs(area), "code below the arguments");
	memcpy(area, local, sizeof(ARCH_RETURN_42));
	area = map(16384, 0);
	ktap_ok(runs(area), "code in a fresh mapping, at %p", (void *)area);
	mprotect(area, 4096, PROT_READ | PROT_WRITE);
	ktap_ok(ARM_TRY(((code_fn)area)()) == SIGSEGV && arm_fault.address == (uintptr_t)area,
		"but not once it is not executable");
	ktap_ok(runs(area), "and again when it is");
	munmap(area, 16384);
	test_huge();
	return ktap_end();
}
