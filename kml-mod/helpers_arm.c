// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions for exports that arm and arm64 spell differently: addresses of
 * devices are 64 bits wide to programs, whatever the kernel was configured for,
 * and the accessors of registers are macros or inline.
 */
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/string.h>

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

/**
 * kml_of_irq - the number of an interrupt of a device, for kml_irq_request()
 * @node: path of the device's node in the device tree
 * @index: which of its interrupts
 *
 * Interrupts have no number before somebody asks for it, which a driver does.
 *
 * Context: call gate.
 * Return: the number, or a negative errno: ENODEV if there is no such node,
 * EINVAL if it has no such interrupt, ENAMETOOLONG, ENOMEM, EPROBE_DEFER.
 */
int kml_of_irq(const char *node, unsigned int index)
{
	/* looked up under a lock */
	char *path = kmalloc(PATH_MAX, GFP_KERNEL);
	struct device_node *np = NULL;
	int irq;

	if (!path)
		return -ENOMEM;
	irq = strscpy(path, node, PATH_MAX);
	if (irq >= 0)
		np = of_find_node_by_path(path);
	kfree(path);
	if (!np)
		return irq < 0 ? -ENAMETOOLONG : -ENODEV;
	irq = of_irq_get(np, index);
	of_node_put(np);
	return irq > 0 || irq == -EPROBE_DEFER ? irq : -EINVAL;
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
