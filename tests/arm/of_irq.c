// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml_of_irq() finds the interrupt of a device that has no driver, always the
 * same, and tells what there is not.
 *
 * link: kml
 * depends: cpu
 */
#include <errno.h>
#include <limits.h>

#include "handler.h"
#include "ktap.h"

static char node[512], longest[PATH_MAX + 8];

int main(void)
{
	const char *const tree = "/proc/device-tree";
	int irq;

	ktap_start();
	ktap_check_privilege();
	irq = arch_device_interrupt();
	strcpy(node, tree);
	if (!ktap_ok(arch_find_device(node, sizeof(node)) && irq > 0, "a device has an interrupt (%d)", irq))
		return ktap_end();
	ktap_ok(kml_of_irq(node + strlen(tree), 0) == irq, "it is the same each time");
	ktap_ok(kml_of_irq(node + strlen(tree), 1000) == -EINVAL, "a node has not so many");
	ktap_ok(kml_of_irq("/", 0) == -EINVAL, "the root has none");
	ktap_ok(kml_of_irq("/no/such/node", 0) == -ENODEV, "there is no such node");
	ktap_ok(kml_of_irq("", 0) == -ENODEV, "no name is none");
	memset(longest, '/', sizeof(longest) - 1);
	ktap_ok(kml_of_irq(longest, 0) == -ENAMETOOLONG, "a name that is too long");
	return ktap_end();
}
