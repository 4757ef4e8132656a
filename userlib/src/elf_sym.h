/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Find one dynamic symbol in an ELF image in memory, never reading outside it.
 */
#ifndef _KML_ELF_SYM_H
#define _KML_ELF_SYM_H

#include <stdbool.h>
#include <stddef.h>

/* Do @len bytes from @off lie in @size bytes? Written so as not to overflow. */
static inline bool kml_in_range(size_t size, size_t off, size_t len)
{
	return off <= size && len <= size - off;
}

size_t kml_elf_span(const void *base, size_t readable);
int kml_elf_symbol(const void *base, size_t size, const char *name,
		   size_t *off);

#endif /* _KML_ELF_SYM_H */
