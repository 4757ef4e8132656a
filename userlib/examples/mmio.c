// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Read a device's register: map its registers with ioremap() and load from
 * the mapping. No driver, no /dev/mem.
 *
 * The mapping is the kernel's, uncached, and lasts until iounmap(): it does
 * not go away with the process, so a program must undo it on every path.
 * Reading a register may change the device's state; know the device.
 *
 * Run, as root: cp mmio /trusted/ && /trusted/mmio [PHYSICAL [OFFSET]]
 * On a PC:
 *	/trusted/mmio				HPET, capabilities: vendor 8086
 *	/trusted/mmio 0xfed00000 0xf0		HPET, main counter: runs
 *	/trusted/mmio 0xfee00000 0x30		local APIC, version (not in x2APIC mode)
 *	/trusted/mmio 0xfec00000 0x10		I/O APIC, data window
 * On boards that QEMU models:
 *	/trusted/mmio				virt: clock PL031, seconds
 *	/trusted/mmio 0x09000000 0xfe0		virt: UART PL011, part number 0x11
 *	/trusted/mmio 0x1c090000 0xfe0		vexpress-a15: the same
 *	/trusted/mmio 0x0209c000 0x8		i.MX6: GPIO 1, levels of its pins
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <kml/exports.h>
#include <kml/kml.h>
#include <kml/versions.h>

#ifdef __x86_64__
#define DEFAULT_PHYSICAL "0xfed00000"	/* HPET */
#else
#define DEFAULT_PHYSICAL "0x09010000"	/* clock of QEMU's board virt */
#endif
#define REGISTERS_SIZE 0x1000

static int parse(const char *text, unsigned long long *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || end == text || *end;
}

int main(int argc, char **argv)
{
	static const struct kml_need needs[] = {
		KML_NEED(ioremap),
		KML_NEED(iounmap),
		{ NULL, 0 }
	};
	unsigned long long phys, offset;
	const volatile char *registers;
	unsigned int first, second;

	if (argc > 3 || parse(argc > 1 ? argv[1] : DEFAULT_PHYSICAL, &phys) ||
	    parse(argc > 2 ? argv[2] : "0", &offset) || offset % 4 ||
	    offset >= REGISTERS_SIZE) {
		fprintf(stderr,
			"usage: mmio [PHYSICAL [OFFSET]], OFFSET a multiple of 4 below %#x\n",
			REGISTERS_SIZE);
		return 2;
	}
	if (kml_require(needs))
		return 77;

	registers = ioremap(phys, REGISTERS_SIZE);
	if (!registers) {
		fprintf(stderr, "mmio: cannot map %#llx: RAM, or no address\n",
			phys);
		return 1;
	}
	first = *(const volatile unsigned int *)(registers + offset);
	second = *(const volatile unsigned int *)(registers + offset);
	iounmap((volatile void *)registers);

	printf("%#llx+%#llx: 0x%08x, read again 0x%08x\n", phys, offset, first,
	       second);
	return 0;
}
