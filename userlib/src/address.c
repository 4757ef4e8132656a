// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Call kernel functions by their bare address, through the gate.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

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

/*
 * Two pages: entries, and before them the code that calls through each. The
 * code is written when nobody knows it and never again, and entries are not
 * executable, so nothing is ever both writable and executable.
 */
struct slots {
	struct slots *before;
	size_t used;
	struct kml_export *at;
};

static struct slots *newest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/*
 * What a call begins with, after kml-mod/extra_stub.S: it finds the entry by
 * its own place, a page and its own length before the entry.
 */
#ifdef __x86_64__
/* lea PAGE+9(%rip), %rax; jmp *40(%rax) */
static const unsigned char code[16] = {
	0x48, 0x8d, 0x05, 0x09, 0x10, 0x00, 0x00, 0xff, 0x60, 0x28,
};
#elif defined(__aarch64__)
/* bti c; adr x16, PAGE+12; ldr x17, [x16, #40]; br x17 */
static const uint32_t code[] = { 0xd503245f, 0x10008070, 0xf9401611, 0xd61f0220 };
#else
/* add ip, pc, #PAGE; ldr pc, [ip, #40] */
static const uint32_t code[] = { 0xe28fca01, 0xe59cf028 };
#endif
#define PAGE 4096

_Static_assert(offsetof(struct kml_export, gate) == 40, "jump");
_Static_assert(sizeof(code) <= sizeof(struct kml_export), "the first entry has no code");

static char *code_of(const struct kml_export *e)
{
	return (char *)e - PAGE - sizeof(code);
}

/* Two pages near the image: entries name a place in it by distance. */
static char *new_pages(const struct kml_image *img)
{
	for (size_t away = 16 * PAGE; away < REACH; away *= 2) {
		char *hint = (char *)img->base - away;
		char *at = mmap(hint, 2 * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at == MAP_FAILED)
			return NULL;
		if ((size_t)(img->base > at ? img->base - at : at - img->base) <
		    REACH)
			return at;
		munmap(at, 2 * PAGE);
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

/* Slots, the first of which is left out: its code would be before the page. */
static struct slots *new_slots(const struct kml_image *img)
{
	struct slots *s = calloc(1, sizeof(*s));
	char *at = s ? new_pages(img) : NULL;

	if (!at) {
		free(s);
		return NULL;
	}
	s->used = 1;
	s->at = (struct kml_export *)(at + PAGE);
	for (size_t i = s->used; i < PAGE / sizeof(*s->at); i++)
		memcpy(code_of(&s->at[i]), code, sizeof(code));
	__builtin___clear_cache(at, at + PAGE);
	if (mprotect(at, PAGE, PROT_READ | PROT_EXEC)) {
		munmap(at, 2 * PAGE);
		free(s);
		return NULL;
	}
	return s;
}

static struct kml_export *add(const struct kml_image *img, uintptr_t target)
{
	struct kml_export pattern, *e;
	struct slots *s;
	const char *ret;

	if (!find_pattern(img, &pattern, &ret)) {
		errno = ENOSYS;
		return NULL;
	}
	if (!newest || newest->used == PAGE / sizeof(*newest->at)) {
		s = new_slots(img);
		if (!s)
			return NULL;
		s->before = newest;
		newest = s;
	}
	e = &newest->at[newest->used++];
	*e = (struct kml_export) {
		.target = target,
		.call_class = KML_CALL,
		.ret = ret - (const char *)e,
		.stack = STACK,
		.gate = pattern.gate,
	};
	return e;
}

/* A child that is forked while another thread binds can bind, too. */
static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&lock);
}

__attribute__((constructor))
static void at_start(void)
{
	pthread_atfork(before_fork, after_fork, after_fork);
}

/*
 * Is it the kernel's? All of those are above the program's stack, on whose
 * top the kernel has put the program's name.
 */
static bool in_kernel(const void *addr)
{
	return (uintptr_t)addr > getauxval(AT_EXECFN);
}

void *kml_bind_address(const void *addr)
{
	const struct kml_image *img;
	struct kml_export *e;

	if (!in_kernel(addr)) {
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
	return e ? code_of(e) : NULL;
}
