/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Symbols that the module itself needs of the kernel and that are not
 * exported.
 */
#ifndef KML_KERNEL_SYMBOL_H
#define KML_KERNEL_SYMBOL_H

int kml_need_symbol(const char *name, unsigned long *addr);
int kml_need_function(const char *name, void *function);

#endif /* KML_KERNEL_SYMBOL_H */
