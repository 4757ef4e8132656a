/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /etc/ld.so.cache: where the dynamic linker finds libraries.
 */
#ifndef KML_LDCACHE_H
#define KML_LDCACHE_H

#include <stddef.h>

const char *ldcache_next(const char *cache, size_t len, const char *name,
			 size_t *pos);

#endif /* KML_LDCACHE_H */
