// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note
/*
 * Leaf exports that only x86_64 has, or has its own way: registers of devices,
 * the time-stamp counter, jiffies, and the interrupt flag.
 */
#include "leaf.h"

#define X86_EFLAGS_IF		0x200UL
#define MAX_JIFFY_OFFSET	((~0UL >> 2) - 1)

/* lib/iomap.c: what pci_iomap() gives for ports */
#define PIO_OFFSET		0x10000UL
#define PIO_MASK		0x0ffffUL
#define PIO_RESERVED		0x40000UL

#define LEAF_IO(bits, type, suffix, reg)				\
unsigned int kml_leaf_ioread##bits(const volatile void *addr)		\
{									\
	unsigned long port = (unsigned long)addr;			\
	type value = (type)~0;						\
									\
	if (port >= PIO_RESERVED)					\
		__asm__ __volatile__("mov" suffix " %1, %0"		\
			: "=" reg (value)				\
			: "m" (*(const volatile type *)addr) : "memory"); \
	else if (port > PIO_OFFSET)					\
		__asm__ __volatile__("in" suffix " %w1, %0"		\
			: "=a" (value) : "Nd" (port & PIO_MASK));	\
	return value;							\
}									\
									\
void kml_leaf_iowrite##bits(type value, volatile void *addr)		\
{									\
	unsigned long port = (unsigned long)addr;			\
									\
	if (port >= PIO_RESERVED)					\
		__asm__ __volatile__("mov" suffix " %0, %1"		\
			: : reg (value), "m" (*(volatile type *)addr)	\
			: "memory");					\
	else if (port > PIO_OFFSET)					\
		__asm__ __volatile__("out" suffix " %0, %w1"		\
			: : "a" (value), "Nd" (port & PIO_MASK));	\
}

LEAF_IO(8, u8, "b", "q")
LEAF_IO(16, u16, "w", "r")
LEAF_IO(32, u32, "l", "r")

u64 kml_leaf_rdtsc_ordered(void)
{
	return read_counter();
}

unsigned long kml_leaf_arch_local_irq_save(void)
{
	unsigned long flags;

	__asm__ __volatile__("pushf\n\tpop %0\n\tcli" : "=r" (flags) : : "memory");
	return flags;
}

void kml_leaf_arch_local_irq_restore(unsigned long flags)
{
	if (flags & X86_EFLAGS_IF)
		__asm__ __volatile__("sti" : : : "memory");
}

/* Microseconds from tick to tick, 0 if that is no whole number of milliseconds. */
static inline u32 tick_usec(void)
{
	return *(const u32 *)(kml_this_table + TABLE_TICK_USEC);
}

GATED(jiffies_to_msecs)
unsigned int kml_leaf_jiffies_to_msecs(const unsigned long j)
{
	if (unlikely(!tick_usec()))
		return ((unsigned int (*)(unsigned long))kml_gated_jiffies_to_msecs)(j);
	return tick_usec() / 1000 * j;
}

GATED(jiffies_to_usecs)
unsigned int kml_leaf_jiffies_to_usecs(const unsigned long j)
{
	if (unlikely(!tick_usec()))
		return ((unsigned int (*)(unsigned long))kml_gated_jiffies_to_usecs)(j);
	return tick_usec() * j;
}

GATED(msecs_to_jiffies)
unsigned long kml_leaf_msecs_to_jiffies(const unsigned int m)
{
	unsigned long tick = tick_usec() / 1000;

	if (unlikely(!tick))
		return ((unsigned long (*)(unsigned int))kml_gated_msecs_to_jiffies)(m);
	/* a negative timeout is an infinite one */
	return (int)m < 0 ? MAX_JIFFY_OFFSET : (m + tick - 1) / tick;
}

GATED(usecs_to_jiffies)
unsigned long kml_leaf_usecs_to_jiffies(const unsigned int u)
{
	unsigned long tick = tick_usec();

	if (unlikely(!tick))
		return ((unsigned long (*)(unsigned int))kml_gated_usecs_to_jiffies)(u);
	/* as the kernel compares: jiffies_to_usecs(MAX_JIFFY_OFFSET) */
	if (u > (u32)(tick * MAX_JIFFY_OFFSET))
		return MAX_JIFFY_OFFSET;
	return (u + tick - 1) / tick;
}

GATED(nsecs_to_jiffies)
unsigned long kml_leaf_nsecs_to_jiffies(u64 n)
{
	if (unlikely(!tick_usec()))
		return ((unsigned long (*)(u64))kml_gated_nsecs_to_jiffies)(n);
	return n / (tick_usec() * 1000UL);
}
