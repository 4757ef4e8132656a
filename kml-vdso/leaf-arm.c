// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note
/*
 * Leaf exports that arm has its own way: registers of devices that are read, and
 * the interrupt flag. A write may have to lock an outer cache, and there is no
 * division: those go through the gate.
 */
#include "leaf.h"

#define PSR_I_BIT		0x80UL

/* Device memory is little endian, and a read ends before what comes later. */
#define LEAF_IOREAD(bits, type)						\
unsigned int kml_leaf_ioread##bits(const volatile void *addr)		\
{									\
	type value = *(const volatile type *)addr;			\
									\
	__asm__ __volatile__("dsb" : : : "memory");			\
	return value;							\
}

LEAF_IOREAD(8, u8)
LEAF_IOREAD(16, u16)
LEAF_IOREAD(32, u32)

unsigned long kml_leaf_arch_local_irq_save(void)
{
	unsigned long flags;

	__asm__ __volatile__("mrs %0, cpsr\n\tcpsid i" : "=r" (flags) : : "memory");
	return flags;
}

void kml_leaf_arch_local_irq_restore(unsigned long flags)
{
	if (!(flags & PSR_I_BIT))
		__asm__ __volatile__("cpsie i" : : : "memory");
}
