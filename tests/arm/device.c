// SPDX-License-Identifier: GPL-2.0-only
/*
 * Driver-less access to a device: a GPIO block of the board is mapped by the
 * kernel's ioremap() and driven by plain loads and stores from the program.
 *
 * link: kml
 * run: trusted
 * depends: cpu
 */
#include <kml/exports.h>
#include <kml/kml.h>

#include "arm.h"
#include "ktap.h"

/*
 * A GPIO block: where it is, how lines are made outputs, and where their
 * levels are written and read.
 */
struct block {
	const char *board, *name;
	uint64_t base;
	unsigned int direction, data;
	uint32_t lines;
	/* what the identification registers say, or 0 if there are none */
	unsigned int id;
};

static const struct block blocks[] = {
	/* the data register's address bits 9 to 2 select lines */
	{ "linux,dummy-virt", "PL061", 0x09030000, 0x400, 0x3fc, 0xf0, 0x61 },
	/* LEDs of the system registers: always outputs */
	{ "arm,vexpress", "SYS_LED", 0x1c010000, 0, 0x8, 0xff, 0 },
	/* no pin of the board is on the high lines of GPIO5 */
	{ "fsl,imx6q", "GPIO5", 0x020ac000, 0x4, 0x0, 0xf0000000, 0 },
};

static const struct block *find_block(void)
{
	char text[256] = "";
	FILE *file = fopen("/proc/device-tree/compatible", "r");
	unsigned int i;
	size_t length, at;

	if (!file)
		return NULL;
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	for (at = 0; at < length; at += strlen(text + at) + 1)
		for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
			if (!strcmp(text + at, blocks[i].board))
				return &blocks[i];
	return NULL;
}

/* The peripheral ID's first two bytes: the part number. */
static unsigned int part_number(volatile char *base)
{
	volatile uint32_t *id = (volatile uint32_t *)(base + 0xfe0);

	return (id[0] & 0xff) | (id[1] & 0xf) << 8;
}

static void drive(const struct block *block, volatile char *base)
{
	volatile uint32_t *direction = (volatile uint32_t *)(base + block->direction);
	volatile uint32_t *data = (volatile uint32_t *)(base + block->data);
	uint32_t old = *data, old_direction = block->direction ? *direction : 0;
	unsigned int line, good = 0, lines = 0;

	if (block->direction)
		*direction = old_direction | block->lines;
	for (line = 0; line < 32; line++) {
		if (!(block->lines & 1U << line))
			continue;
		lines++;
		*data = (old & ~block->lines) | 1U << line;
		good += (*data & block->lines) == 1U << line;
	}
	ktap_ok(good == lines, "%u of %u lines go up and down one by one", good, lines);
	*data = old | block->lines;
	ktap_ok((*data & block->lines) == block->lines, "and all at once");
	*data = old;
	if (block->direction)
		*direction = old_direction;
}

int main(void)
{
	const struct block *block;
	uint32_t value;
	char *base;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	arm_catch();
	block = find_block();
	if (!block) {
		ktap_skip("GPIO", "no block of this board is known");
		return ktap_end();
	}
	base = (char *)ioremap(block->base, 4096);
	if (!ktap_ok(base, "ioremap() of %s at %#llx: %p", block->name,
		     (unsigned long long)block->base, (void *)base))
		return ktap_end();
	if (!ktap_ok(arm_read(base + block->data, &value) == 0, "its registers can be read"))
		return ktap_end();
	if (block->id)
		ktap_ok(part_number(base) == block->id, "it is a %s", block->name);
	drive(block, base);
	iounmap(base);
	ktap_ok(arm_read(base + block->data, &value) == SIGSEGV, "after iounmap() it is gone");
	return ktap_end();
}
