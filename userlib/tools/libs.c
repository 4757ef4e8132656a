// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the libraries that a program would load, as ld.so(8) looks for them,
 * without running anything. The environment does not count: a privileged
 * program of an ordinary user is in secure execution.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ldcache.h"
#include "libs.h"
#include "resolve.h"
#include "util.h"

#define LIBRARIES_MAX 1000

/* What the search depends on: the program and the system it is in. */
struct search {
	const struct program *program;
	const char *root;
	bool musl;
	char *cache;
	size_t cache_len;
};

#if defined(__x86_64__)
#define MULTIARCH "x86_64-linux-gnu"
#define LIB "lib64"
#elif defined(__arm__)
#define MULTIARCH "arm-linux-gnueabihf"
#define LIB "lib"
#elif defined(__aarch64__)
#define MULTIARCH "aarch64-linux-gnu"
#define LIB "lib64"
#endif

static const char glibc_dirs[] =
	"/lib/" MULTIARCH ":/usr/lib/" MULTIARCH ":/" LIB ":/usr/" LIB ":/lib:/usr/lib";
static const char musl_dirs[] = "/lib:/usr/local/lib:/usr/lib";

/* @path without links, and what it is, if the program could load it; or NULL. */
static char *usable(const struct search *s, const char *path,
		    struct program *lib)
{
	char *name, *real;
	int fd = resolve(path, s->root, &name);

	if (fd < 0)
		return NULL;
	close(fd);
	real = text("%s%s", s->root ? s->root : "", name);
	if (program_open(lib, real) || lib->format != PROGRAM_ELF ||
	    lib->class != s->program->class ||
	    lib->machine != s->program->machine) {
		program_free(lib);
		free(name);
		name = NULL;
	}
	free(real);
	return name;
}

/* "$ORIGIN" is the directory of the file that says so. */
static char *expand(const char *dir, size_t len, const char *origin)
{
	static const char * const words[] = { "$ORIGIN", "${ORIGIN}" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]);
		const char *slash = strrchr(origin, '/');

		if (len >= n && !strncmp(dir, words[i], n))
			return text("%.*s%.*s",
				    slash ? (int)(slash - origin) : 0, origin,
				    (int)(len - n), dir + n);
	}
	return text("%.*s", (int)len, dir);
}

static char *in_dirs(const struct search *s, const char *dirs,
		     const char *origin, const char *name, struct program *lib)
{
	char *found = NULL;

	while (dirs && *dirs && !found) {
		size_t len = strcspn(dirs, ":");
		char *dir = expand(dirs, len, origin);
		char *path = text("%s/%s", dir, name);

		if (*dir == '/')
			found = usable(s, path, lib);
		free(path);
		free(dir);
		dirs += len + !!dirs[len];
	}
	return found;
}

static char *in_cache(const struct search *s, const char *name,
		      struct program *lib)
{
	const char *path;
	char *found = NULL;
	size_t pos = 0;

	while (!found && s->cache &&
	       (path = ldcache_next(s->cache, s->cache_len, name, &pos)))
		found = usable(s, path, lib);
	return found;
}

/* Where the library @name that @by, at @origin, asks for is. */
static char *find(const struct search *s, const struct program *by,
		  const char *origin, const char *name, struct program *lib)
{
	char *found = NULL;

	if (strchr(name, '/'))
		return usable(s, name, lib);
	/* DT_RPATH counts for the libraries of libraries, DT_RUNPATH does not */
	if (!by->runpath) {
		found = in_dirs(s, by->rpath, origin, name, lib);
		if (!found && by != s->program && !s->program->runpath)
			found = in_dirs(s, s->program->rpath, origin, name, lib);
	}
	if (!found)
		found = in_dirs(s, by->runpath, origin, name, lib);
	if (!found && !s->musl)
		found = in_cache(s, name, lib);
	if (!found)
		found = in_dirs(s, s->musl ? musl_dirs : glibc_dirs, origin,
				name, lib);
	return found;
}

static bool known(const struct libraries *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!strcmp(all->list[i].name, name))
			return true;
	}
	return false;
}

/* The kernel's image is no file, and musl's C library is its linker. */
static bool is_file(const struct search *s, const char *name)
{
	return strcmp(name, "linux-vdso.so.1") &&
	       !(s->musl && (!strcmp(name, "libc.so") ||
			     starts_with(name, "libc.musl-")));
}

static void add_needed(struct libraries *all, const struct search *s,
		       const struct program *by, const char *origin)
{
	for (size_t i = 0; i < by->needed.n && all->n < LIBRARIES_MAX; i++) {
		const char *name = by->needed.list[i];
		struct program lib = { };
		struct library entry;

		if (known(all, name) || !is_file(s, name))
			continue;
		entry.name = text("%s", name);
		entry.path = find(s, by, origin, name, &lib);
		entry.by = text("%s", origin);
		all->list = grow(all->list, all->n, sizeof(entry));
		all->list[all->n++] = entry;
		program_free(&lib);
	}
}

/**
 * libraries_find - find the libraries that a program would load
 * @all: filled in
 * @p: the program
 * @path: its name, without links
 * @root: directory that stands for the root, or NULL
 */
void libraries_find(struct libraries *all, const struct program *p,
		    const char *path, const char *root)
{
	struct search s = { .program = p, .root = root };
	char *cache = text("%s/etc/ld.so.cache", root ? root : "");

	*all = (struct libraries) { };
	s.musl = p->interpreter && strstr(p->interpreter, "ld-musl");
	s.cache = file_text(cache, &s.cache_len);
	add_needed(all, &s, p, path);
	/* the list grows while it is walked */
	for (size_t i = 0; i < all->n; i++) {
		struct program lib;
		char *found = all->list[i].path, *same;

		if (!found)
			continue;
		same = usable(&s, found, &lib);
		if (same)
			add_needed(all, &s, &lib, same);
		if (same)
			program_free(&lib);
		free(same);
	}
	free(s.cache);
	free(cache);
}

/**
 * libraries_free - forget them
 * @all: what libraries_find() filled in
 */
void libraries_free(struct libraries *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->list[i].name);
		free(all->list[i].path);
		free(all->list[i].by);
	}
	free(all->list);
	*all = (struct libraries) { };
}
