// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Call kernel functions by their bare address, through the gate.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kml/kml.h>

#include "bind.h"

/* Between an entry and the image, whose distance has 31 bits. */
#define REACH (1UL << 30)

/*
 * Bytes of arguments that the gate takes along from the caller's stack. What
 * prototype an address has nobody knows: as much as six arguments can need.
 */
#ifdef __arm__
#define STACK (6 * 8 - 4 * 4)
#else
#define STACK 0
#endif

/* Entries and room for more; who fills a slot holds the lock. */
struct slots {
	struct slots *before;
	size_t used;
	struct kml_export *at;
};

static struct slots *newest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/*
 * The code that an entry begins its call with, after kml-mod/extra_stub.S: it
 * finds the entry by its own place.
 */
static void write_code(struct kml_export *e)
{
#ifdef __x86_64__
	/* lea -55(%rip), %rax; jmp *40(%rax) */
	static const unsigned char code[] = {
		0x48, 0x8d, 0x05, 0xc9, 0xff, 0xff, 0xff, 0xff, 0x60, 0x28,
	};

	_Static_assert(offsetof(struct kml_export, code) == 48, "lea");
#else
	/* sub ip, pc, #56; ldr pc, [ip, #40] */
	static const uint32_t code[] = { 0xe24fc038, 0xe59cf028 };

	_Static_assert(offsetof(struct kml_export, code) == 48, "sub");
#endif
	_Static_assert(offsetof(struct kml_export, gate) == 40, "jump");
	memcpy(e->code, code, sizeof(code));
}

/* A page near the image: entries name a place in it by distance. */
static void *new_page(const struct kml_image *img, size_t page)
{
	for (size_t away = 16 * page; away < REACH; away *= 2) {
		char *hint = (char *)img->base - away;
		char *at = mmap(hint, page, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at == MAP_FAILED)
			return NULL;
		if ((size_t)(img->base > at ? img->base - at : at - img->base) <
		    REACH)
			return at;
		munmap(at, page);
	}
	errno = ENOMEM;
	return NULL;
}

/* Any entry that is no system call knows the gate, and where calls return to. */
static bool find_pattern(const struct kml_image *img, struct kml_export *e,
			 const char **ret)
{
	for (unsigned int i = 0; !kml_image_entry(img, i, e); i++) {
		if (e->call_class != KML_CALL || (e->flags & KML_EXPORT_MISSING))
			continue;
		*ret = img->base + img->entry_off + i * img->entry_size + e->ret;
		return true;
	}
	return false;
}

static struct kml_export *find_bound(uintptr_t target)
{
	for (const struct slots *s = newest; s; s = s->before)
		for (size_t i = 0; i < s->used; i++)
			if (s->at[i].target == target)
				return &s->at[i];
	return NULL;
}

/* A page of slots if there is no room in the newest. */
static bool make_room(const struct kml_image *img, size_t page)
{
	struct slots *s;

	if (newest && newest->used < page / sizeof(*newest->at))
		return true;
	s = calloc(1, sizeof(*s));
	if (!s)
		return false;
	s->at = new_page(img, page);
	if (!s->at) {
		free(s);
		return false;
	}
	s->before = newest;
	newest = s;
	return true;
}

static struct kml_export *add(const struct kml_image *img, uintptr_t target)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct kml_export pattern, *e;
	const char *ret;

	if (!find_pattern(img, &pattern, &ret)) {
		errno = ENOSYS;
		return NULL;
	}
	/* others may be calling through the page */
	if (!make_room(img, page) ||
	    mprotect(newest->at, page, PROT_READ | PROT_WRITE | PROT_EXEC))
		return NULL;
	e = &newest->at[newest->used];
	*e = (struct kml_export) {
		.target = target,
		.call_class = KML_CALL,
		.ret = ret - (const char *)e,
		.stack = STACK,
		.gate = pattern.gate,
	};
	write_code(e);
	__builtin___clear_cache((char *)e->code, (char *)(e + 1));
	if (mprotect(newest->at, page, PROT_READ | PROT_EXEC))
		return NULL;
	newest->used++;
	return e;
}

void *kml_bind_address(const void *addr)
{
	const struct kml_image *img;
	struct kml_export *e;

	if (!addr) {
		errno = EINVAL;
		return NULL;
	}
	if (kml_bound(&img)) {
		errno = ENOSYS;
		return NULL;
	}
	pthread_mutex_lock(&lock);
	e = find_bound((uintptr_t)addr);
	if (!e)
		e = add(img, (uintptr_t)addr);
	pthread_mutex_unlock(&lock);
	return e ? e->code : NULL;
}
