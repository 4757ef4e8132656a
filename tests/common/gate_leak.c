// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of gate_leak.sh: so many calls with bad pointers, each of which
 * goes on behind the signal. Exits 0 if each call had one.
 *
 * link: kml
 * run: none
 */
#include <fcntl.h>
#include <sys/mman.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "gate_bad.h"

int main(int argc, char **argv)
{
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i, n = argc > 1 ? atoi(argv[1]) : 1, wrong = 0;
	struct file *file;
	loff_t pos;

	if (ktap_cpl() || !kml_available())
		return 2;
	bad_handle();
	file = filp_open("/proc/self/exe", O_RDONLY, 0);
	for (i = 0; i < n; i++) {
		bad_count = 0;
		pos = 0;
		if (i % 4 == 0)
			kfree(kmemdup(NULL, 2000, GFP_KERNEL));
		else if (i % 4 == 1)
			kernel_read(file, page, 4096, &pos);
		else if (i % 4 == 2)
			get_random_bytes(page, 16);
		else
			sprint_symbol(page, 0);
		wrong += bad_count != 1;
	}
	filp_close(file, NULL);
	printf("%d calls, %d of them wrong\n", n, wrong);
	return wrong != 0;
}
