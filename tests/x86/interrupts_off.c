// SPDX-License-Identifier: GPL-2.0-only
/*
 * A privileged program may disable interrupts and then fault, trap or call the
 * kernel. The handlers need interrupts on, must give them back as they were,
 * and must not take IF=0 in the frame for a bug.
 *
 * depends: cpu pages gs debug rt
 */
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "ktap.h"

#define FLAG_IF 0x200UL
#define PAGES 8

static inline unsigned long flags(void)
{
	unsigned long value;

	/* Behind the red zone, which the compiler may use. */
	asm volatile("lea -128(%%rsp), %%rsp; pushf; pop %0; lea 128(%%rsp), %%rsp"
		     : "=r" (value) : : "memory");
	return value;
}

static inline void cli(void)
{
	asm volatile("cli" : : : "memory");
}

static inline void sti(void)
{
	asm volatile("sti" : : : "memory");
}

static inline uint64_t tsc(void)
{
	uint32_t low, high;

	asm volatile("lfence; rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline long syscall0(long number)
{
	asm volatile("syscall" : "+a" (number) : : "rcx", "r11", "memory");
	return number;
}

static inline long int80(long number)
{
	asm volatile("int $0x80" : "+a" (number) : : "r8", "r9", "r10", "r11", "memory");
	return number;
}

/* TSC ticks per millisecond, by the kernel's clock. */
static uint64_t ticks_per_ms(void)
{
	struct timespec start, end;
	uint64_t ticks = tsc();

	clock_gettime(CLOCK_MONOTONIC, &start);
	nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ticks = tsc() - ticks;
	return ticks * 1000000 / ((end.tv_sec - start.tv_sec) * 1000000000ULL +
				  end.tv_nsec - start.tv_nsec);
}

static volatile unsigned long handler_flags;

static void on_signal(int sig)
{
	(void)sig;
	handler_flags = flags();
}

static void test_spin(void)
{
	uint64_t end = ticks_per_ms() * 20;
	unsigned long after;

	end += tsc();
	cli();
	while (tsc() < end)
		;
	after = flags();
	sti();
	ktap_ok(!(after & FLAG_IF), "interrupts stay off for 20 ms");
	ktap_ok(flags() & FLAG_IF, "sti turns them on");
}

/* Each page is a fault for which the kernel has to allocate, with IF=0. */
static void test_fault(void)
{
	char *area = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i, off = 0, good = 0;

	for (i = 0; i < PAGES; i++) {
		cli();
		area[i * 4096] = i + 1;
		off += !(flags() & FLAG_IF);
		sti();
	}
	for (i = 0; i < PAGES; i++)
		good += area[i * 4096] == i + 1;
	ktap_ok(good == PAGES, "page faults with interrupts off are served");
	ktap_ok(off == PAGES, "interrupts are off after %d of %d", off, PAGES);
	munmap(area, PAGES * 4096);
}

static void test_calls(void)
{
	long parent = getppid(), self = getpid(), result;
	unsigned long after;

	cli();
	result = syscall0(SYS_getppid);
	after = flags();
	sti();
	ktap_ok(result == parent, "getppid by syscall with interrupts off");
	ktap_ok(!(after & FLAG_IF), "interrupts are off after it");

	cli();
	result = int80(20);
	after = flags();
	sti();
	ktap_ok(result == self, "getpid by int $0x80 with interrupts off");
	ktap_ok(!(after & FLAG_IF), "interrupts are off after it");

	cli();
	result = syscall0(SYS_sched_yield);
	after = flags();
	sti();
	ktap_ok(result == 0 && !(after & FLAG_IF), "sched_yield with interrupts off");
}

/* A handler returns by sigreturn to the IF=0 that the signal found. */
static void test_signal(void)
{
	unsigned long after;

	signal(SIGTRAP, on_signal);
	cli();
	asm volatile("int3" : : : "memory");
	after = flags();
	sti();
	ktap_ok(handler_flags, "SIGTRAP by int3 with interrupts off is handled");
	ktap_ok(!(after & FLAG_IF), "interrupts are off after it");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	ktap_ok(flags() & FLAG_IF, "interrupts are on at the start");
	test_spin();
	test_fault();
	test_calls();
	test_signal();
	/* The CPU is still able to run others, by its timer. */
	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	ktap_ok(flags() & FLAG_IF, "interrupts are on at the end");
	return ktap_end();
}
