// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads glibc's cache of libraries (glibc's sysdeps/generic/dl-cache.h). It is
 * a file like any other: nothing in it is believed.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "ldcache.h"

#define MAGIC "glibc-ld.so.cache1.1"

struct header {
	char magic[sizeof(MAGIC) - 1];
	uint32_t nlibs;
	uint32_t len_strings;
	uint32_t unused[5];
};

struct entry {
	int32_t flags;
	uint32_t key;
	uint32_t value;
	uint32_t osversion;
	uint64_t hwcap;
};

static const char *string_at(const char *cache, size_t len, uint32_t off)
{
	if (off >= len || !memchr(cache + off, 0, len - off))
		return NULL;
	return cache + off;
}

/**
 * ldcache_next - find the next library of a name
 * @cache: the file's contents
 * @len: its length
 * @name: of the library
 * @pos: 0 at first; where to go on
 *
 * The cache has one entry for each machine and each set of CPU features; the
 * caller picks by looking at the file.
 *
 * Return: a path in @cache, or NULL.
 */
const char *ldcache_next(const char *cache, size_t len, const char *name,
			 size_t *pos)
{
	struct header head;
	struct entry e;

	if (len < sizeof(head))
		return NULL;
	memcpy(&head, cache, sizeof(head));
	if (memcmp(head.magic, MAGIC, sizeof(head.magic)))
		return NULL;
	while (*pos < head.nlibs &&
	       *pos < (len - sizeof(head)) / sizeof(e)) {
		const char *key, *value;

		memcpy(&e, cache + sizeof(head) + *pos * sizeof(e), sizeof(e));
		++*pos;
		key = string_at(cache, len, e.key);
		value = string_at(cache, len, e.value);
		if (key && value && !strcmp(key, name))
			return value;
	}
	return NULL;
}
