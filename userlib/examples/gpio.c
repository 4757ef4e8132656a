// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Drive a device without a driver: a square wave on a GPIO line, by loads and
 * stores to the registers, each edge read back and timed.
 *
 * The wait between two edges sleeps in the kernel, so other programs run
 * meanwhile. For edges without the scheduler's delays run with real-time
 * priority (chrt -f 80), or see irqsoff.c.
 *
 * The kernel's GPIO driver knows nothing of this: take a line that nothing
 * else uses, of a block whose clock runs and whose pin is routed to it.
 *
 * Run, as root: cp gpio /trusted/ && /trusted/gpio [imx|pl061|led BASE LINE]
 * Without arguments, on boards that QEMU models:
 *	virt		PL061 at 0x09030000, line 7
 *	vexpress-a15	the LEDs of the system registers, LED 7
 *	i.MX6Q		GPIO 5 at 0x020ac000, line 31
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kml/exports.h>
#include <kml/kml.h>
#include <kml/versions.h>

#define REGISTERS_SIZE 0x1000
#define EDGES 40
#define HALF_PERIOD_US 500

/* Where a block has its registers: @direction is 0 for lines that are outputs */
struct type {
	const char *name;
	unsigned int direction, data, lines;
};

static const struct type types[] = {
	/* i.MX: GDIR, DR; Reference Manual, chapter GPIO */
	{ "imx", 0x4, 0x0, 32 },
	/* Arm PL061: GPIODIR, GPIODATA with all lines selected by the address */
	{ "pl061", 0x400, 0x3fc, 8 },
	/* Versatile Express: SYS_LED */
	{ "led", 0, 0x8, 8 },
};

struct line {
	const struct type *type;
	unsigned long long base;
	unsigned int nr;
};

static const struct {
	const char *compatible;
	struct line line;
} boards[] = {
	{ "linux,dummy-virt", { &types[1], 0x09030000, 7 } },
	{ "arm,vexpress", { &types[2], 0x1c010000, 7 } },
	{ "fsl,imx6q", { &types[0], 0x020ac000, 31 } },
};

/* The board's names are NUL-terminated, from the most to the least specific. */
static int find_board(struct line *line)
{
	FILE *file = fopen("/proc/device-tree/compatible", "r");
	char text[256] = "";
	size_t length, at;

	if (!file)
		return -1;
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	for (at = 0; at < length; at += strlen(text + at) + 1)
		for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++)
			if (!strcmp(text + at, boards[i].compatible)) {
				*line = boards[i].line;
				return 0;
			}
	return -1;
}

static int parse(char **argv, struct line *line)
{
	char *end;

	line->type = NULL;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(argv[0], types[i].name))
			line->type = &types[i];
	errno = 0;
	line->base = strtoull(argv[1], &end, 0);
	if (!line->type || errno || end == argv[1] || *end)
		return -1;
	line->nr = strtoul(argv[2], &end, 0);
	return errno || end == argv[2] || *end || line->nr >= line->type->lines ? -1 : 0;
}

/* Returns how many of the edges could not be read back. */
static unsigned int drive(const struct line *line, volatile char *registers)
{
	volatile uint32_t *data = (volatile uint32_t *)(registers + line->type->data);
	volatile uint32_t *direction = (volatile uint32_t *)(registers + line->type->direction);
	uint32_t bit = 1U << line->nr, old_data = *data, old_direction = 0;
	ktime_t last = 0, now, shortest = INT64_MAX, longest = 0;
	unsigned int lost = 0;

	if (line->type->direction) {
		old_direction = *direction;
		*direction = old_direction | bit;
	}
	for (unsigned int i = 0; i < EDGES; i++) {
		uint32_t level = i & 1 ? 0 : bit;

		*data = (*data & ~bit) | level;
		now = ktime_get();
		lost += (*data & bit) != level;
		if (i && now - last < shortest)
			shortest = now - last;
		if (i && now - last > longest)
			longest = now - last;
		last = now;
		usleep_range(HALF_PERIOD_US, HALF_PERIOD_US);
	}
	*data = old_data;
	if (line->type->direction)
		*direction = old_direction;
	printf("%s at %#llx, line %u: %u edges, %u lost; %u us between two were %.1f to %.1f us\n",
	       line->type->name, line->base, line->nr, EDGES, lost,
	       HALF_PERIOD_US, shortest / 1000.0, longest / 1000.0);
	return lost;
}

int main(int argc, char **argv)
{
	static const struct kml_need needs[] = {
		KML_NEED(ioremap),
		KML_NEED(iounmap),
		KML_NEED(ktime_get),
		KML_NEED(usleep_range),
		{ NULL, 0 }
	};
	struct line line;
	volatile char *registers;
	unsigned int lost;

	if (kml_require(needs))
		return 77;
	if (argc == 1 ? find_board(&line) : argc != 4 || parse(argv + 1, &line)) {
		fprintf(stderr, argc == 1 ?
			"gpio: no GPIO block of this machine is known; name one: gpio imx|pl061|led BASE LINE\n" :
			"usage: gpio [imx|pl061|led BASE LINE], LINE below 32 (imx) or 8\n");
		return 2;
	}
	registers = ioremap(line.base, REGISTERS_SIZE);
	if (!registers) {
		fprintf(stderr, "gpio: cannot map %#llx: RAM, or no address\n", line.base);
		return 1;
	}
	lost = drive(&line, registers);
	iounmap((volatile void *)registers);
	return lost != 0;
}
