// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the operations of an ordinary program cost: getppid, a context switch,
 * fork and exit, a page fault. Also run from /trusted, where it adds the ways
 * into the kernel that only privileged programs have.
 *
 * Prints "NAME COUNT" lines. Run by bench/run.sh under "-icount shift=0" with
 * one CPU: each instruction then takes 1 ns, and the counter that programs can
 * read counts them. The least of many short batches is the cost without the
 * interrupts that hit the others.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#ifdef KML
#include <kml/exports.h>
#include <kml/kml.h>
#endif

#if defined(__x86_64__)
/* Operations are measured in batches of so many times more than are enough. */
#define SCALE 1

static inline unsigned long stamp(void)
{
	unsigned int lo, hi;

	asm volatile("lfence; rdtsc" : "=a" (lo), "=d" (hi) : : "memory");
	return ((unsigned long)hi << 32) | lo;
}
#elif defined(__arm__)
/* A tick of the counter is 16 instructions. */
#define SCALE 4

static inline unsigned long stamp(void)
{
	unsigned int lo, hi, rate;

	asm volatile("isb; mrrc p15, 1, %0, %1, c14; mrc p15, 0, %2, c14, c0, 0"
		     : "=r" (lo), "=r" (hi), "=r" (rate) : : "memory");
	return ((unsigned long long)hi << 32 | lo) * (1000000000 / rate);
}
#elif defined(__aarch64__)
/* The same. */
#define SCALE 4

static inline unsigned long stamp(void)
{
	unsigned long count, rate;

	asm volatile("isb; mrs %0, cntvct_el0; mrs %1, cntfrq_el0" : "=r" (count), "=r" (rate) : : "memory");
	return count * (1000000000 / rate);
}
#endif

#include "calls.h"

static void vfork_exit(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static void fork_exit(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

BATCH(switches, sched_yield())
BATCH(vforks, vfork_exit())
BATCH(forks, fork_exit())

/* First stores to anonymous pages, whose page tables exist after the first batch. */
static unsigned long faults(unsigned int n)
{
	static volatile char *area;
	unsigned long t;
	unsigned int i;

	if (!area)
		area = mmap(NULL, n * 4096UL, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	t = stamp();
	for (i = 0; i < n; i++)
		area[i * 4096UL] = 1;
	t = stamp() - t;
	madvise((void *)area, n * 4096UL, MADV_DONTNEED);
	return t;
}

#ifdef KML
/* A kernel function that does next to nothing, called three ways. */
/* What calls.h has called by the gate; it does not use current, which a program of arm64 has not. */
static void *(*direct)(u64);
static ktime_t (*leaf_direct)(void);

static void *target(const char *name)
{
	struct kml_export_info info = { .size = sizeof(info) };
	int ret = kml_export_info(name, &info);

	if (ret) {
		fprintf(stderr, "cost: %s: %s\n", name, kml_strerror(ret));
		exit(1);
	}
	return (void *)(unsigned long)info.target;
}

BATCH(call_direct, direct(0))
BATCH(leaf_pointer, leaf_direct())
#endif

/*
 * The shortest of @rounds batches of @n, less the empty loop, in hundredths
 * of an instruction per operation.
 */
static void measure(const char *name, batch_fn fn, unsigned int n,
		    unsigned int rounds)
{
	unsigned long best = -1UL, idle = -1UL, t;
	unsigned int i;

	n *= SCALE;
	for (i = 0; i < rounds; i++) {
		t = fn(n);
		if (t < best)
			best = t;
		t = empty(n);
		if (t < idle)
			idle = t;
	}
	printf("%s %lu.%02lu\n", name, (best - idle) / n,
	       (best - idle) % n * 100 / n);
}

/* A second process that yields back, so that each sched_yield() switches. */
static void measure_switch(void)
{
	pid_t pid = fork();

	if (!pid)
		for (;;)
			sched_yield();
	measure("yield+switch", switches, 100, 200);
	kill(pid, 9);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	if (calls_open())
		return 1;
	measure("getppid_trap", getppid_trap, 100, 200);
	measure("getuid_trap", getuid_trap, 100, 200);
	measure("lseek_trap", lseek_trap, 100, 200);
	measure("read_trap", read_trap, 100, 200);
	measure("write_trap", write_trap, 100, 200);
	measure("page_fault", faults, 50, 200);
	measure_switch();
	measure("vfork+exit+wait", vforks, 5, 200);
	measure("fork+exit+wait", forks, 5, 200);

#ifdef KML
	if (!kml_available()) {
		fprintf(stderr, "cost: %s\n", kml_strerror(kml_state()));
		return 1;
	}
	direct = target("phys_to_virt");
	leaf_direct = target("ktime_get");
	measure("getppid_gate", getppid_gate, 100, 200);
	measure("getuid_gate", getuid_gate, 100, 200);
	measure("lseek_gate", lseek_gate, 100, 200);
	measure("read_gate", read_gate, 100, 200);
	measure("write_gate", write_gate, 100, 200);
	measure("call_gate", call_gate, 100, 200);
	measure("call_direct", call_direct, 100, 200);
	measure("leaf", leaf, 100, 200);
	measure("leaf_direct", leaf_pointer, 100, 200);
#endif
	return 0;
}
