// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's reader of vDSO images refuses every truncated image and never
 * reads outside a damaged one. exports.sh builds it with sanitizers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kml_elf.h"

#define ROUNDS	5000
#define HEADERS	0x200

static char image[1 << 20];

/* In a buffer of exactly that size, so that the sanitizer sees one byte more. */
static int open_copy(size_t size, int damage)
{
	char *copy = malloc(size ? size : 1);
	struct kml_elf elf;
	int i, ret;

	memcpy(copy, image, size);
	for (i = 0; i < damage; i++) {
		copy[rand() % HEADERS] = rand();
		copy[rand() % size] = rand();
	}
	ret = kml_elf_open(&elf, copy, size);
	if (!ret)
		kml_elf_find(&elf, "no such symbol");
	free(copy);
	return ret;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 ? fopen(argv[1], "r") : NULL;
	size_t size, segment, cut;
	int i;

	if (!file)
		return 2;
	size = fread(image, 1, sizeof(image), file);
	fclose(file);
	segment = strtoul(argv[2], NULL, 0);
	if (open_copy(size, 0) || segment > size) {
		puts("# the whole image is refused");
		return 1;
	}
	for (cut = 0; cut < segment; cut += 7) {
		if (!open_copy(cut, 0)) {
			printf("# accepted with %zu bytes\n", cut);
			return 1;
		}
	}
	srand(1);
	for (i = 0; i < ROUNDS; i++)
		open_copy(size, 4);
	return 0;
}
