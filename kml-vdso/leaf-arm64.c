// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note
/*
 * Leaf exports that arm64 has its own way: registers of devices, and the
 * interrupt flag.
 */
#include "leaf.h"

#define PSR_I_BIT		0x80UL

/* A read ends before what comes later, also before a delay that counts. */
#define LEAF_IO(bits, type, suffix)					\
unsigned int kml_leaf_ioread##bits(const volatile void *addr)		\
{									\
	unsigned long ordered;						\
	type value;							\
									\
	__asm__ __volatile__("ldr" suffix " %w0, %2\n\tdmb oshld\n\t"	\
			     "eor %1, %x0, %x0\n\tcbnz %1, ."		\
			     : "=&r" (value), "=r" (ordered)		\
			     : "Q" (*(const volatile type *)addr)	\
			     : "memory");				\
	return value;							\
}									\
									\
void kml_leaf_iowrite##bits(type value, volatile void *addr)		\
{									\
	__asm__ __volatile__("dmb oshst\n\tstr" suffix " %w1, %0"	\
			     : "=Q" (*(volatile type *)addr)		\
			     : "rZ" (value) : "memory");		\
}

LEAF_IO(8, u8, "b")
LEAF_IO(16, u16, "h")
LEAF_IO(32, u32, "")

unsigned long kml_leaf_arch_local_irq_save(void)
{
	unsigned long flags;

	__asm__ __volatile__("mrs %0, daif\n\tmsr daifset, #3" : "=r" (flags) : : "memory");
	return flags;
}

void kml_leaf_arch_local_irq_restore(unsigned long flags)
{
	if (!(flags & PSR_I_BIT))
		__asm__ __volatile__("msr daifclr, #3" : : : "memory");
}
