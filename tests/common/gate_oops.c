// SPDX-License-Identifier: GPL-2.0-only
/*
 * A gated function that is handed a bad kernel pointer is an oops of the
 * process that called it, and of no other: a gate on whose stack the kernel
 * cannot report or end the task would take the machine down.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug rt
 */
#include <signal.h>
#include <stdint.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "arch.h"
#include "ktap.h"

static void child_bad(void)
{
	/* copies 16 bytes from there, holding nothing */
	kmemdup((void *)ARCH_BAD_POINTER, 16, GFP_KERNEL);
}

static void child_good(void)
{
	void *copy = kmemdup("0123456789abcdef", 16, GFP_KERNEL);

	if (!copy || memcmp(copy, "0123456789abcdef", 16))
		_exit(1);
	kfree(copy);
	msleep(20);
	_exit(sys_getppid() == getppid() ? 42 : 2);
}

int main(void)
{
	int status;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	status = ktap_child(child_good);
	ktap_ok(status == 42 << 8, "a good pointer: status %#x", status);
	puts("# expect-splat: " ARCH_OOPS);
	status = ktap_child(child_bad);
	ktap_ok(WIFSIGNALED(status), "a bad one ends the caller: status %#x", status);
	status = ktap_child(child_good);
	ktap_ok(status == 42 << 8, "others go on: status %#x", status);
	msleep(20);
	ktap_ok(sys_getpid() == getpid(), "and so does the parent");
	return ktap_end();
}
