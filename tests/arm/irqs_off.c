// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that disabled interrupts and then traps. The kernel's return path
 * takes a saved PSR with the I bit for its own corruption and stops at a BUG;
 * a program must get its signal, its page or its result, and interrupts on.
 *
 * run: trusted
 * depends: cpu pages debug
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <time.h>

#include "arm.h"
#include "ktap.h"

#define ROUNDS 100

static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec % 1000 * 1000 + ts.tv_nsec / 1000000;
}

/* Goes on with interrupts on: how many of @rounds did. */
static int after_swi(void)
{
	int i, good = 0;

	for (i = 0; i < ROUNDS; i++) {
		arm_irq_disable();
		getppid();
		good += !arm_irqs_off();
	}
	return good;
}

static int after_page_fault(void)
{
	char *area = mmap(NULL, ROUNDS * 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i, good = 0;

	for (i = 0; i < ROUNDS; i++) {
		arm_irq_disable();
		area[i * 4096] = 1;
		good += !arm_irqs_off() && area[i * 4096] == 1;
	}
	munmap(area, ROUNDS * 4096);
	return good;
}

static void test_signals(void)
{
	uint32_t value;
	int sig;

	arm_irq_disable();
	sig = arm_read(arm_at(8), &value);
	ktap_ok(sig == SIGSEGV && !arm_irqs_off(), "a bad pointer is SIGSEGV");
	ktap_ok(!(arm_fault.psr & ARM_PSR_IRQ_OFF) && !(arm_fault.handler_psr & ARM_PSR_IRQ_OFF),
		"the frame's PSR %#x and the handler's %#x have interrupts on",
		arm_fault.psr, arm_fault.handler_psr);
	sig = ARM_TRY({ arm_irq_disable(); asm volatile("udf #0"); });
	ktap_ok(sig == SIGILL && !arm_irqs_off(), "an undefined instruction is SIGILL");
	sig = ARM_TRY({ arm_irq_disable(); raise(SIGTRAP); });
	ktap_ok(sig == SIGTRAP && !arm_irqs_off(), "raise() gets its signal");
}

static void fiq_off(void)
{
	asm volatile("cpsid if" : : : "memory");
	getppid();
	_exit(arm_irqs_off());
}

static void die_irqs_off(void)
{
	signal(SIGSEGV, SIG_DFL);
	arm_irq_disable();
	*(volatile int *)arm_at(8) = 1;
}

static void sleep_irqs_off(void)
{
	long start = now();

	arm_irq_disable();
	usleep(50000);
	_exit(now() - start < 40 || now() - start > 2000);
}

int main(void)
{
	int status, good;

	ktap_start();
	ktap_check_privilege();
	arm_catch();
	good = 0;
	for (status = 0; status < ROUNDS; status++) {
		arm_irq_disable();
		good += arm_irqs_off();
	}
	ktap_ok(good == ROUNDS, "interrupts can be disabled");
	getppid();
	good = after_swi();
	ktap_ok(good == ROUNDS, "system calls return with interrupts on: %d of %d", good, ROUNDS);
	good = after_page_fault();
	ktap_ok(good == ROUNDS, "so do page faults: %d of %d", good, ROUNDS);
	test_signals();
	status = ktap_child(fiq_off);
	ktap_ok(status == 0, "with fast interrupts off, too: status %#x", status);
	status = ktap_child(die_irqs_off);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
		"a program can die like that: status %#x", status);
	status = ktap_child(sleep_irqs_off);
	ktap_ok(status == 0, "and sleep: status %#x", status);
	return ktap_end();
}
