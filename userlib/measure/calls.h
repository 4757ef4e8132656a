/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ways into the kernel that are measured, as batches of many calls: what
 * measure.c and bench/cost.c share. The includer defines stamp(), which is
 * the count of its clock.
 */
#ifndef KML_MEASURE_CALLS_H
#define KML_MEASURE_CALLS_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
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
#elif defined(__aarch64__)
static inline long trap0(long number)
{
	register long nr asm("x8") = number;
	register long ret asm("x0");

	asm volatile("svc #0" : "=r" (ret) : "r" (nr) : "memory");
	return ret;
}

static inline long trap(long number, long a, long b, long c)
{
	register long nr asm("x8") = number;
	register long x0 asm("x0") = a;
	register long x1 asm("x1") = b;
	register long x2 asm("x2") = c;

	asm volatile("svc #0" : "+r" (x0) : "r" (nr), "r" (x1), "r" (x2) : "memory");
	return x0;
}
#endif

/**
 * typedef batch_fn - one batch
 * @n: how many calls
 *
 * Return: how far stamp() got meanwhile, the loop included.
 */
typedef unsigned long (*batch_fn)(unsigned int n);

#define BATCH(name, op)							\
static unsigned long name(unsigned int n)				\
{									\
	unsigned long t = stamp();					\
									\
	while (n--)							\
		op;							\
	return stamp() - t;						\
}

static int null, zero, pipes[2];
static char byte;

/* Opens what the batches use. Return: 0, or -1 and errno. */
static int calls_open(void)
{
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	return null < 0 || zero < 0 ? -1 : pipe2(pipes, O_CLOEXEC);
}

BATCH(empty, asm volatile(""))
BATCH(getppid_trap, trap0(SYS_getppid))
BATCH(getuid_trap, trap0(SYS_getuid))
BATCH(lseek_trap, trap(SYS_lseek, pipes[0], 0, SEEK_CUR))
BATCH(read_trap, trap(SYS_read, zero, (long)&byte, 1))
BATCH(write_trap, trap(SYS_write, null, (long)&byte, 1))

#ifdef KML
BATCH(getppid_gate, sys_getppid())
BATCH(getuid_gate, sys_getuid())
BATCH(lseek_gate, sys_lseek(pipes[0], 0, SEEK_CUR))
BATCH(read_gate, sys_read(zero, &byte, 1))
BATCH(write_gate, sys_write(null, &byte, 1))
BATCH(call_gate, phys_to_virt(0))
BATCH(leaf, ktime_get())
#endif

#endif /* KML_MEASURE_CALLS_H */
