// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that has switched interrupts off may call the kernel, and they are
 * off when the call returns. The fast gates assume them on: a gate that forgot
 * to look would switch them on behind the program's back, or sleep with them
 * off.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug rt
 */
#include <stdint.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define FLAG_IF 0x200
#define ROUNDS 200

/* Call @fn with interrupts off: are they off behind it? */
static bool call_off(void *fn, long arg, long *result)
{
	unsigned long flags;
	long ret;

	asm volatile("sub $256, %%rsp\n"
		     "cli\n"
		     "call *%[fn]\n"
		     "pushfq\n"
		     "pop %[flags]\n"
		     "sti\n"
		     "add $256, %%rsp\n"
		     : "=a" (ret), [flags] "=&b" (flags), "+D" (arg)
		     : [fn] "r" (fn)
		     : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "cc", "memory");
	*result = ret;
	return !(flags & FLAG_IF);
}

static void test(const char *name, long arg, long expected, bool exact)
{
	int i, off = 0, right = 0;
	long result;

	for (i = 0; i < ROUNDS; i++) {
		off += call_off(kml_sym(name), arg, &result);
		right += exact ? result == expected : result != 0;
	}
	ktap_ok(right == ROUNDS, "%s: %d of %d right with interrupts off", name, right, ROUNDS);
	ktap_ok(off == ROUNDS, "off behind it in %d of %d", off, ROUNDS);
}

int main(void)
{
	unsigned long saved, flags;
	struct timespec start, end;
	long result;
	bool off;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	test("ktime_get", 0, 0, false);
	test("sched_clock", 0, 0, false);
	test("sys_getppid", 0, getppid(), true);
	test("sys_close", -1, -9, true);	/* -EBADF */

	/* what sleeps may switch them on inside, and nothing hangs */
	clock_gettime(CLOCK_MONOTONIC, &start);
	off = call_off(kml_sym("msleep"), 30, &result);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ktap_ok((end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000 >= 20,
		"msleep() with interrupts off sleeps");
	ktap_ok(off, "and they are off behind it");

	saved = arch_local_irq_save();
	asm volatile("pushfq; pop %0" : "=r" (flags) : : "memory");
	arch_local_irq_restore(saved);
	ktap_ok((saved & FLAG_IF) && !(flags & FLAG_IF), "arch_local_irq_save() switches them off");
	asm volatile("pushfq; pop %0" : "=r" (flags) : : "memory");
	ktap_ok(flags & FLAG_IF, "arch_local_irq_restore() on again");
	return ktap_end();
}
