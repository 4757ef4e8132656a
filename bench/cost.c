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
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef KML
#include <kml/exports.h>
#include <kml/kml.h>
#endif

#if defined(__x86_64__)
/* Operations are measured in batches of so many times more than are enough. */
#define SCALE 1

static inline unsigned long instructions(void)
{
	unsigned int lo, hi;

	asm volatile("lfence; rdtsc" : "=a" (lo), "=d" (hi) : : "memory");
	return ((unsigned long)hi << 32) | lo;
}

static inline long trap0(long nr)
{
	long ret;

	asm volatile("syscall" : "=a" (ret) : "0" (nr)
		     : "rcx", "r11", "memory");
	return ret;
}

static inline long trap(long nr, long a, long b, long c)
{
	long ret;

	asm volatile("syscall" : "=a" (ret) : "0" (nr), "D" (a), "S" (b), "d" (c)
		     : "rcx", "r11", "memory");
	return ret;
}
#elif defined(__arm__)
/* A tick of the counter is 16 instructions. */
#define SCALE 4

static inline unsigned long instructions(void)
{
	unsigned int lo, hi, rate;

	asm volatile("isb; mrrc p15, 1, %0, %1, c14; mrc p15, 0, %2, c14, c0, 0"
		     : "=r" (lo), "=r" (hi), "=r" (rate) : : "memory");
	return ((unsigned long long)hi << 32 | lo) * (1000000000 / rate);
}

static inline long trap0(long number)
{
	register long nr asm("r7") = number;
	register long ret asm("r0");

	asm volatile("svc #0" : "=r" (ret) : "r" (nr) : "memory");
	return ret;
}

static inline long trap(long number, long a, long b, long c)
{
	register long nr asm("r7") = number;
	register long r0 asm("r0") = a;
	register long r1 asm("r1") = b;
	register long r2 asm("r2") = c;

	asm volatile("svc #0" : "+r" (r0) : "r" (nr), "r" (r1), "r" (r2) : "memory");
	return r0;
}
#endif

/* One batch: the instructions of @n operations. */
typedef unsigned long (*batch_fn)(unsigned int n);

#define BATCH(name, op)							\
static unsigned long name(unsigned int n)				\
{									\
	unsigned long t = instructions();				\
									\
	while (n--)							\
		op;							\
	return instructions() - t;					\
}

static int null, zero, pipes[2];
static char byte;

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

BATCH(empty, asm volatile(""))
BATCH(getppid_trap, trap0(SYS_getppid))
BATCH(getuid_trap, trap0(SYS_getuid))
BATCH(lseek_trap, trap(SYS_lseek, pipes[0], 0, SEEK_CUR))
BATCH(read_trap, trap(SYS_read, zero, (long)&byte, 1))
BATCH(write_trap, trap(SYS_write, null, (long)&byte, 1))
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
	t = instructions();
	for (i = 0; i < n; i++)
		area[i * 4096UL] = 1;
	t = instructions() - t;
	madvise((void *)area, n * 4096UL, MADV_DONTNEED);
	return t;
}

#ifdef KML
/* A kernel function that does next to nothing, called three ways. */
static struct task_struct *(*direct)(void);
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

BATCH(getppid_gate, sys_getppid())
BATCH(getuid_gate, sys_getuid())
BATCH(lseek_gate, sys_lseek(pipes[0], 0, SEEK_CUR))
BATCH(read_gate, sys_read(zero, &byte, 1))
BATCH(write_gate, sys_write(null, &byte, 1))
BATCH(call_gate, get_current())
BATCH(call_direct, direct())
BATCH(leaf, ktime_get())
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
	null = open("/dev/null", O_WRONLY);
	zero = open("/dev/zero", O_RDONLY);
	if (null < 0 || zero < 0 || pipe(pipes))
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
	direct = target("get_current");
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
