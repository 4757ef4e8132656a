// SPDX-License-Identifier: GPL-2.0-only
/*
 * Symbols that the module itself needs of the kernel and that are not
 * exported.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kconfig.h>
#include <linux/kml.h>
#include <linux/printk.h>

#include "kernel_symbol.h"

/**
 * kml_need_symbol - find a symbol without which the module cannot work
 * @name: the symbol
 * @addr: gets its address
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_need_symbol(const char *name, unsigned long *addr)
{
	struct kml_symbol sym;
	int ret = kml_lookup(name, &sym);

	if (ret) {
		pr_err("this kernel has no symbol %s, which the module needs (%d)\n",
		       name, ret);
		return ret;
	}
	*addr = sym.addr;
	return 0;
}

/**
 * kml_need_function - the same for a function
 * @name: the symbol
 * @function: a pointer to the pointer that gets the address
 *
 * Return: as kml_need_symbol().
 */
int kml_need_function(const char *name, void *function)
{
	unsigned long *addr = function;
	int ret = kml_need_symbol(name, addr);

	/* as a branch that changes the state of the CPU wants it */
	if (!ret && IS_ENABLED(CONFIG_THUMB2_KERNEL))
		*addr |= 1;
	return ret;
}
