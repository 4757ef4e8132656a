// SPDX-License-Identifier: GPL-2.0-only
/*
 * A gated function has access to user memory, which the kernel denies itself
 * elsewhere. When the function slept, the next task on that CPU inherited it,
 * and the function itself lost it.
 *
 * link: kml
 * run: trusted
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mman.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "arm.h"
#include "ktap.h"

#define ROUNDS 200

/* Which register guards user memory, and the bits that it has when it does. */
static const struct guard {
	const char *name;
	uint32_t read[2];	/* mrc p15, 0, r0, ...; bx lr */
	uint32_t mask, closed;
} domains = {
	"DACR", { 0xee130f10, 0xe12fff1e }, 3 << 2, 0,
}, table_base = {
	"TTBCR", { 0xee120f50, 0xe12fff1e }, 1 << 7, 1 << 7,
};

/* mcr p15, 0, r0, ...: long descriptors have the bit EAE in TTBCR */
static const struct guard *guard(void)
{
	uint32_t ttbcr;

	asm volatile("mrc p15, 0, %0, c2, c0, 2" : "=r" (ttbcr));
	return ttbcr & 1U << 31 ? &table_base : &domains;
}

/*
 * push {r4, r5, r6, lr}; mov r4, r1; mov r5, r0; mov r6, r3; mov r0, r2; blx r6;
 * nop; str r4, [r5]; cpsie i; mov r0, #0; pop {r4, r5, r6, pc}
 */
#define SLEEP_AND_STORE(nop) {						\
	0xe92d4070, 0xe1a04001, 0xe1a05000, 0xe1a06003, 0xe1a00002, 0xe12fff36, \
	nop, 0xe5854000, 0xf1080080, 0xe3a00000, 0xe8bd8070,			\
}

static const uint32_t sleep_and_store[] = SLEEP_AND_STORE(0xe1a00000);
/* with "cpsid i" there */
static const uint32_t sleep_and_store_irqs_off[] = SLEEP_AND_STORE(0xf10c0080);

/*
 * work_on_cpu() has a kernel thread of this CPU call @fn and sleeps in the gate
 * until it has: that thread runs right after us.
 */
static long in_next_task(uintptr_t fn)
{
	static uintptr_t work_on_cpu;
	static char *key;

	if (!work_on_cpu) {
		work_on_cpu = arm_function("work_on_cpu_key");
		key = kzalloc(64, GFP_KERNEL);
	}
	return arm_gate_call(work_on_cpu, sched_getcpu(), fn, 0, (long)key);
}

static void test_next(const struct guard *g)
{
	uintptr_t fn = arm_kernel_code(g->read, sizeof(g->read));
	unsigned int i, open = 0;
	uint32_t value = 0;

	value = arm_gate_call(fn, 0, 0, 0, 0);
	ktap_ok((value & g->mask) != g->closed, "a gated function has access: %s %#x", g->name, value);
	for (i = 0; i < ROUNDS; i++) {
		value = in_next_task(fn);
		open += (value & g->mask) != g->closed;
	}
	ktap_ok(!open, "the next task has none: %u of %d had, %s %#x", open, ROUNDS, g->name, value);
	arm_kernel_free(fn);
}

static void test_self(const char *what, const uint32_t *code, size_t size, bool present)
{
	uint32_t *area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t fn = arm_kernel_code(code, size);

	if (present)
		area[0] = 1;
	arm_gate_call(fn, (long)area, 0x1234, 5, arm_function("msleep"));
	ktap_ok(area[0] == 0x1234, "a function that has slept %s", what);
	munmap(area, 4096);
	arm_kernel_free(fn);
}

static void one_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	one_cpu();
	test_next(guard());
	test_self("has access to a page", sleep_and_store, sizeof(sleep_and_store), true);
	test_self("with interrupts off, too", sleep_and_store_irqs_off,
		  sizeof(sleep_and_store_irqs_off), true);
	test_self("to a page that must be brought in", sleep_and_store, sizeof(sleep_and_store), false);
	return ktap_end();
}
