// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of gate_bad_extra.sh: bad pointers to functions that are known by
 * name only. Says "right" if each call had its signal.
 *
 * link: kml
 * run: none
 */
#include <sys/mman.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "gate_bad.h"

static char *kernel;

static void call_strnlen(char *p)
{
	kml_call("strnlen", 2, p, 32L);
}

static void call_memchr_inv(char *p)
{
	kml_call("memchr_inv", 3, p, 0L, 32L);
}

static void call_memcpy_from(char *p)
{
	kml_call("memcpy", 3, kernel, p, 32L);
}

static void call_memcpy_to(char *p)
{
	kml_call("memcpy", 3, p, kernel, 32L);
}

static void call_memset(char *p)
{
	kml_call("memset", 3, p, 0x5aL, 32L);
}

static int wrong;

static void expect(const char *what, void (*call)(char *p), char *p, int sig, int code)
{
	int got = bad_call(call, p);

	if (got == sig && (!sig || (bad_count == 1 && bad_got.code == code && bad_got.address - (uintptr_t)p < 32)))
		return;
	printf("%s: %d signals, signal %d code %d address %#lx of %p\n", what, (int)bad_count, bad_got.sig, bad_got.code,
	       (unsigned long)bad_got.address, p);
	wrong++;
}

int main(void)
{
	static const char *const names[] = { "strnlen", "memchr_inv", "memcpy from", "memcpy to", "memset" };
	static void (*const calls[])(char *p) = {
		call_strnlen, call_memchr_inv, call_memcpy_from, call_memcpy_to, call_memset,
	};
	char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i, j;

	if (ktap_cpl() || !kml_available())
		return 2;
	bad_handle();
	kernel = kzalloc(PAGE, GFP_KERNEL);
	munmap(page + PAGE, PAGE);
	for (i = 0; i < 5; i++) {
		expect(names[i], calls[i], NULL, SIGSEGV, SEGV_MAPERR);
		expect(names[i], calls[i], page + PAGE, SIGSEGV, SEGV_MAPERR);
		expect(names[i], calls[i], page, 0, 0);
	}
	if (page[31] != 0x5a || page[32])
		wrong++;
	mprotect(page, PAGE, PROT_READ);
	for (i = 3; i < 5; i++)
		expect(names[i], calls[i], page, SIGSEGV, SEGV_ACCERR);
	for (i = 0; i < 3; i++)
		expect(names[i], calls[i], page, 0, 0);
	for (j = 0; j < 32; j++)
		wrong += page[j] != 0x5a;
	kfree(kernel);
	if (!wrong)
		puts("right");
	return wrong != 0;
}
