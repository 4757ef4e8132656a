// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is not a handler, a time, an interrupt or locked memory is refused with
 * its own error, and nothing is left of it.
 *
 * link: kml
 * depends: debug
 */
#include <errno.h>

#include "handler.h"
#include "kallsyms.h"
#include "ktap.h"

static KML_HANDLER uint32_t nothing(void *arg, __u64 value)
{
	(void)arg, (void)value;
	return KML_HANDLER_OK;
}

/* That of a device which nobody has. */
static int irq;

static uint64_t later(void)
{
	return now() + 3600 * SECOND;
}

static void refused(const char *what, int ret, int err)
{
	ktap_ok(ret == -err, "%s: %s (%d)", what, strerror(err), ret);
}

static void bad_timers(void)
{
	static char data[64];

	refused("text of the kernel", kml_timer_start((kml_handler_t)kallsyms_address("schedule"), NULL, later(), 0, 0), EFAULT);
	refused("nowhere", kml_timer_start((kml_handler_t)(1UL << (8 * sizeof(long) - 1)), NULL, later(), 0, 0), EFAULT);
	refused("data", kml_timer_start((kml_handler_t)data, NULL, later(), 0, 0), EFAULT);
	refused("what is not mapped", kml_timer_start((kml_handler_t)0x18, NULL, later(), 0, 0), EFAULT);
	refused("a time without end", kml_timer_start(nothing, NULL, ~0ULL, 0, 0), EINVAL);
	refused("a period without end", kml_timer_start(nothing, NULL, later(), ~0ULL, 0), EINVAL);
	refused("a period that is too short", kml_timer_start(nothing, NULL, later(), KML_TIMER_MIN_PERIOD - 1, 0), EINVAL);
	refused("a flag that is none", kml_timer_start(nothing, NULL, later(), 0, 0x80000000), EINVAL);
	refused("a trigger for a timer", kml_timer_start(nothing, NULL, later(), 0, KML_IRQ_RISING), EINVAL);
	refused("registers for no handler", kml_timer_start(NULL, NULL, later(), 0, KML_HANDLER_FPU), EINVAL);
}

static void bad_irqs(void)
{
	refused("an interrupt that there is not", kml_irq_request(100000, nothing, NULL, 0), EINVAL);
	refused("the highest number", kml_irq_request(~0U, nothing, NULL, 0), EINVAL);
	refused("the console's interrupt", kml_irq_request(arch_used_interrupt(), nothing, NULL, 0), EBUSY);
	refused("two triggers", kml_irq_request(irq, nothing, NULL, KML_IRQ_RISING | KML_IRQ_LOW), EINVAL);
	refused("a flag that is none", kml_irq_request(irq, nothing, NULL, 0x80000000), EINVAL);
	refused("data", kml_irq_request(irq, (kml_handler_t)&ktap_count, NULL, 0), EFAULT);
}

static void bad_numbers(void)
{
	int id = kml_timer_start(nothing, NULL, later(), 0, 0), other = kml_irq_request(irq, NULL, NULL, 0);
	static const int bad[] = { -1, KML_HANDLERS_MAX, 1 << 30, 5 };
	unsigned int i, n = 0;

	ktap_ok(id >= 0 && other >= 0 && id != other, "a timer and an interrupt have different numbers (%d, %d)", id, other);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		n += kml_timer_stop(bad[i]) != -ENOENT || kml_timer_wait(bad[i], 0) != -ENOENT ||
		     kml_irq_free(bad[i]) != -ENOENT || kml_irq_wait(bad[i], 0) != -ENOENT || kml_wake(bad[i]) != -ENOENT;
	ktap_ok(!n, "numbers of nothing are refused");
	ktap_ok(kml_irq_free(id) == -ENOENT && kml_irq_wait(id, 0) == -ENOENT, "a timer's is no interrupt's");
	ktap_ok(kml_timer_stop(other) == -ENOENT && kml_timer_wait(other, 0) == -ENOENT, "nor the other way round");
	ktap_ok(!kml_timer_stop(id) && !kml_irq_free(other), "both stop");
}

static void too_many(void)
{
	int n = 0, id, left = 0;

	while ((id = kml_timer_start(nothing, NULL, later(), 0, 0)) >= 0)
		n++;
	ktap_ok(n == KML_HANDLERS_MAX && id == -ENOSPC, "there may be %d (%d, %d)", KML_HANDLERS_MAX, n, id);
	refused("an interrupt more", kml_irq_request(irq, NULL, NULL, 0), ENOSPC);
	for (id = 0; id < n; id++)
		left += kml_timer_stop(id) != 0;
	id = kml_irq_request(irq, nothing, NULL, 0);
	ktap_ok(!left && id >= 0 && !kml_irq_free(id), "and again when these are gone");
}

/* A child has neither locks nor handlers of its parent. */
static void child(void)
{
	if (kml_timer_wait(0, 0) != -ENOENT || kml_timer_stop(0) != -ENOENT)
		_exit(1);
	if (kml_timer_start(nothing, NULL, later(), 0, 0) != -EPERM)
		_exit(2);
	if (!lock_memory() || kml_timer_start(nothing, NULL, later(), 0, 0) != 0)
		_exit(3);
	_exit(0);
}

int main(void)
{
	int id;

	ktap_start();
	ktap_check_privilege();
	irq = arch_device_interrupt();
	if (!ktap_ok(irq >= 0, "a device has an interrupt (%d)", irq))
		return ktap_end();
	refused("memory that is not locked", kml_timer_start(nothing, NULL, later(), 0, 0), EPERM);
	id = kml_timer_start(NULL, NULL, later(), 0, 0);
	ktap_ok(id >= 0 && !kml_timer_stop(id), "without a handler it need not be");
	if (!ktap_ok(lock_memory(), "memory is locked"))
		return ktap_end();
	ktap_ok(mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED, "also what comes later");
	id = kml_timer_start(nothing, NULL, later(), 0, 0);
	ktap_ok(id == 0, "a handler");
	ktap_ok(ktap_child(child) == 0, "a child has none of it, and can have its own");
	ktap_ok(!kml_timer_stop(id), "the parent's is still there");
	munlockall();
	refused("memory that is no longer locked", kml_timer_start(nothing, NULL, later(), 0, 0), EPERM);
	if (!lock_memory())
		return ktap_end();
	bad_timers();
	bad_irqs();
	bad_numbers();
	too_many();
	return ktap_end();
}
