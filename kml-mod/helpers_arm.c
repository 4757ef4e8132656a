// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions for exports that arm and arm64 spell differently: addresses of
 * devices are 64 bits wide to programs, whatever the kernel was configured for,
 * and the accessors of registers are macros or inline.
 */
#include <linux/io.h>
#include <linux/pgtable.h>

#include "helpers.h"

/* Are all @size bytes at @offset within what this kernel can address? */
static bool addressable(u64 offset, size_t size)
{
	return size && offset <= PHYS_MASK && size - 1 <= PHYS_MASK - offset;
}

void *kml_memremap(u64 offset, size_t size, unsigned long flags)
{
	return addressable(offset, size) ? memremap(offset, size, flags) : NULL;
}

void __iomem *kml_ioremap(u64 offset, unsigned long size)
{
	return addressable(offset, size) ? ioremap(offset, size) : NULL;
}

void __iomem *kml_ioremap_wc(u64 offset, unsigned long size)
{
	return addressable(offset, size) ? ioremap_wc(offset, size) : NULL;
}

void __iomem *kml_ioremap_cache(u64 offset, unsigned long size)
{
	return addressable(offset, size) ? ioremap_cache(offset, size) : NULL;
}

unsigned int kml_ioread8(const void __iomem *addr)
{
	return ioread8(addr);
}

unsigned int kml_ioread16(const void __iomem *addr)
{
	return ioread16(addr);
}

unsigned int kml_ioread32(const void __iomem *addr)
{
	return ioread32(addr);
}

/* No leaf functions on arm: the barrier before a write may lock an outer cache. */
void kml_iowrite8(u8 datum, void __iomem *addr)
{
	iowrite8(datum, addr);
}

void kml_iowrite16(u16 datum, void __iomem *addr)
{
	iowrite16(datum, addr);
}

void kml_iowrite32(u32 datum, void __iomem *addr)
{
	iowrite32(datum, addr);
}
