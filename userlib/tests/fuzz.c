// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * No image, however damaged or cut short, crashes the parser: truncation at
 * every length, every byte inverted in turn, and random damage. Reading past
 * the end meets an unmapped page.
 *
 * The image is that of kml-vdso/, so that damage reaches every check.
 * Usage: fuzz IMAGE [ROUNDS [SEED]]; the seed is printed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../src/bind.h"
#include "../src/elf_sym.h"
#include "image_file.h"
#include "ktap.h"

#define PAGE 4096UL

static struct image_file image;
static char *guarded_end;	/* the byte here cannot be read */
static uint64_t seed = 1;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* What a process does with an image: bind, then look up, then list. */
static int use(const char *base, size_t size)
{
	const struct kml_image *img;
	struct kml_export e;

	kml_elf_span(base, size < PAGE ? size : PAGE);
	if (kml_bind_image(base, size))
		return 0;
	kml_bound(&img);
	for (unsigned int i = 0; !kml_image_entry(img, i, &e); i++) {
		if (kml_image_find(img, kml_image_name(img, &e), &e))
			return 0;
	}
	return 1;
}

static void test_truncated(void)
{
	unsigned int accepted = 0;

	for (size_t size = 0; size < image.size; size++) {
		char *base = guarded_end - size;

		memcpy(base, image.base, size);
		accepted += use(base, size);
	}
	printf("# %u of %zu lengths were enough\n", accepted, image.size);
	ktap_ok(accepted < image.size, "images cut short at every length");
}

static void test_single_bytes(void)
{
	char *base = guarded_end - image.size;
	unsigned int accepted = 0;

	memcpy(base, image.base, image.size);
	for (size_t i = 0; i < image.size; i++) {
		base[i] = ~base[i];
		accepted += use(base, image.size);
		base[i] = ~base[i];
	}
	printf("# %u of %zu inverted bytes did not matter\n", accepted,
	       image.size);
	ktap_ok(use(base, image.size), "each byte inverted, and back");
}

/* Damage where the structures are: headers, symbols, table, anywhere. */
static size_t place(void)
{
	size_t table = (char *)image.table - image.base;
	size_t spans[][2] = {
		{ 0, 64 + 8 * 56 },
		{ 0, PAGE },
		{ table, sizeof(struct kml_table) },
		{ table, sizeof(struct kml_table) + 64 * sizeof(struct kml_export) },
		{ 0, image.size },
	};
	size_t *span = spans[rnd() % 5];
	size_t at = span[0] + rnd() % span[1];

	return at < image.size ? at : image.size - 1;
}

static void damage(char *base)
{
	static const uint64_t values[] = {
		0, 1, 0x7f, 0xff, 0x7fffffff, 0x80000000, 0xffffffff,
		0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
	};
	size_t at = place(), len = 1UL << rnd() % 4;
	uint64_t value = rnd() % 2 ? values[rnd() % 10] : rnd();

	if (rnd() % 4 == 0)
		value %= image.size;
	if (len > image.size - at)
		len = image.size - at;
	memcpy(base + at, &value, len);
}

static void test_random(unsigned long rounds)
{
	char *base = guarded_end - image.size;
	unsigned long accepted = 0;

	for (unsigned long i = 0; i < rounds; i++) {
		memcpy(base, image.base, image.size);
		for (unsigned int n = 1 + rnd() % 4; n; n--)
			damage(base);
		accepted += use(base, image.size);
	}
	printf("# %lu of %lu damaged images were accepted\n", accepted, rounds);
	ktap_ok(1, "random damage");
}

static void nowhere(void)
{
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 0) : 20000;
	char *area;

	if (argc > 3)
		seed = strtoull(argv[3], NULL, 0) | 1;
	if (argc < 2 || image_file_load(&image, argv[1]))
		return 2;
	image_file_fill(&image, nowhere, nowhere);
	area = mmap(NULL, image.size + PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED || mprotect(area + image.size, PAGE, PROT_NONE))
		return 2;
	guarded_end = area + image.size;

	printf("KTAP version 1\n# seed %llu\n", (unsigned long long)seed);
	ktap_ok(use(image.base, image.size), "the sound image is accepted");
	test_truncated();
	test_single_bytes();
	test_random(rounds);
	return ktap_end();
}
