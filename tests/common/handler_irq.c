// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of a device: their handler runs at each, wakes who waits, and may
 * stop.
 *
 * link: kml
 * depends: cpu pages debug rt
 */
#include <errno.h>
#include <signal.h>

#include "handler.h"
#include "ktap.h"

static volatile uint32_t runs, wrong, behaviour;
static volatile int seen;
static void *volatile seen_addr, *volatile bad = (void *)0x18;
static int device;

static KML_HANDLER uint32_t on_interrupt(void *arg, __u64 irq)
{
	if (!arch_device_take())
		return KML_HANDLER_NOT_MINE;
	wrong += irq != (unsigned int)device || arg != &runs;
	runs++;
	if (behaviour == 99)
		*(volatile char *)bad = 1;
	return behaviour;
}

static bool until(volatile uint32_t *what, uint32_t value)
{
	uint64_t end = now() + 5 * SECOND;

	while (*what != value && now() < end)
		;
	return *what == value;
}

static void handler(void)
{
	uint32_t i, good = 0;
	int id;

	behaviour = KML_HANDLER_WAKE;
	id = kml_irq_request(device, on_interrupt, (void *)&runs, 0);
	if (!ktap_ok(id >= 0, "the interrupt is ours (%d)", id))
		return;
	ktap_ok(kml_irq_request(device, on_interrupt, NULL, 0) == -EBUSY, "and no one else's");
	for (i = 1; i <= 200; i++) {
		arch_device_raise();
		good += kml_irq_wait(id, 5 * SECOND) == 1 && runs == i;
	}
	ktap_ok(good == 200 && !wrong, "each interrupt runs the handler once, and wakes (%u of 200)", good);
	behaviour = KML_HANDLER_OK;
	arch_device_raise();
	ktap_ok(until(&runs, 201) && kml_irq_wait(id, 0) == -ETIME, "or does not wake");
	behaviour = KML_HANDLER_STOP;
	arch_device_raise();
	ktap_ok(until(&runs, 202) && kml_irq_wait(id, 5 * SECOND) == -ECANCELED, "it may stop");
	behaviour = KML_HANDLER_OK;
	arch_device_raise();
	usleep(20000);
	ktap_ok(runs == 202, "and is not called any more");
	arch_device_take();
	ktap_ok(!kml_irq_free(id) && kml_irq_free(id) == -ENOENT, "the interrupt is nobody's again");
}

static void no_handler(void)
{
	int id = kml_irq_request(device, NULL, NULL, 0), i, good = 0;

	/* the controller may have kept one from before */
	usleep(1000);
	if (kml_irq_wait(id, 0) == 1)
		arch_device_take();
	ktap_ok(id >= 0 && kml_irq_wait(id, 0) == -ETIME, "an interrupt without a handler");
	for (i = 0; i < 50; i++) {
		arch_device_raise();
		good += kml_irq_wait(id, 5 * SECOND) == 1 && arch_device_take();
		/* unmasks it */
		good += kml_irq_wait(id, 0) == -ETIME;
	}
	ktap_ok(good == 100, "wakes a thread, which then looks at the device (%d)", good);
	ktap_ok(!kml_irq_free(id), "and is freed, masked or not");
}

static void got(int sig, siginfo_t *info, void *context)
{
	(void)context;
	seen_addr = info->si_addr;
	seen = sig;
}

static void fault(void)
{
	struct sigaction sa = { .sa_sigaction = got, .sa_flags = SA_SIGINFO };
	uint64_t end = now() + 5 * SECOND;
	int id;

	sigaction(SIGSEGV, &sa, NULL);
	runs = 0;
	behaviour = 99;
	id = kml_irq_request(device, on_interrupt, (void *)&runs, 0);
	arch_device_raise();
	while (!seen && now() < end)
		;
	ktap_ok(seen == SIGSEGV && seen_addr == (void *)0x18 && runs == 1, "a fault in it is the process's signal (%d, %p)", seen, seen_addr);
	/* the signal comes first */
	ktap_ok(kml_irq_wait(id, 5 * SECOND) == -ECANCELED, "and its end");
	behaviour = KML_HANDLER_WAKE;
	ktap_ok(!kml_irq_free(id) && (id = kml_irq_request(device, on_interrupt, (void *)&runs, 0)) >= 0, "another takes the interrupt");
	arch_device_raise();
	ktap_ok(kml_irq_wait(id, 5 * SECOND) == 1 && runs == 2, "and has it");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(lock_memory(), "memory is locked"))
		return ktap_end();
	device = arch_device_interrupt();
	if (!ktap_ok(device >= 0, "a device has an interrupt (%d)", device))
		return ktap_end();
	handler();
	no_handler();
	fault();
	/* the last one is left to exit */
	return ktap_end();
}
