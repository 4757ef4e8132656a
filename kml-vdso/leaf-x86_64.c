// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note
/*
 * Leaf exports that only x86_64 has, or has its own way: registers of devices,
 * the time-stamp counter, and the interrupt flag.
 */
#include "leaf.h"

#define X86_EFLAGS_IF		0x200UL

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
