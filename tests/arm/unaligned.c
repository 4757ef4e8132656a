// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores of several registers at odd addresses are done by the kernel
 * in software, as user mode: to the kernel's memory, where the kernel's own
 * succeed, they were a privileged program's SIGSEGV. And those of a gated
 * function to the program's memory.
 *
 * link: kml
 * run: both
 */
#include <kml/exports.h>
#include <kml/kml.h>

#include "arch.h"
#include "arm.h"
#include "ktap.h"

static void ldrd(char *p, uint32_t *v)
{
	asm volatile("ldrd r2, r3, [%0]; strd r2, r3, [%1]" : : "r" (p), "r" (v) : "r2", "r3", "memory");
}

static void strd(char *p, uint32_t *v)
{
	asm volatile("ldrd r2, r3, [%1]; strd r2, r3, [%0]" : : "r" (p), "r" (v) : "r2", "r3", "memory");
}

static void ldm(char *p, uint32_t *v)
{
	asm volatile("ldmia %0, {r2, r3}; stmia %1, {r2, r3}" : : "r" (p), "r" (v) : "r2", "r3", "memory");
}

static void stm(char *p, uint32_t *v)
{
	asm volatile("ldmia %1, {r2, r3}; stmia %0, {r2, r3}" : : "r" (p), "r" (v) : "r2", "r3", "memory");
}

static void ldrd_post(char *p, uint32_t *v)
{
	char *q = p;

	asm volatile("ldrd r2, r3, [%0], #8; strd r2, r3, [%1]" : "+r" (q) : "r" (v) : "r2", "r3", "memory");
	v[0] += q - p != 8;
}

static const struct access {
	const char *name;
	void (*load)(char *p, uint32_t *v), (*store)(char *p, uint32_t *v);
} accesses[] = {
	{ "LDRD", ldrd, NULL }, { "STRD", NULL, strd }, { "LDM", ldm, NULL }, { "STM", NULL, stm },
	{ "LDRD with write-back", ldrd_post, NULL },
};

static void test_memory(const char *where, char *memory)
{
	volatile unsigned int i, offset;

	for (i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		const struct access *a = &accesses[i];
		volatile unsigned int good = 0;
		volatile int sig = 0;

		for (offset = 1; offset < 4; offset++) {
			uint32_t v[2] = { 0x01234567, 0x89abcdef };

			memset(memory, 0, 64);
			if (a->load) {
				memcpy(memory + offset, v, 8);
				memset(v, 0, 8);
				sig = ARM_TRY(a->load(memory + offset, v));
			} else {
				sig = ARM_TRY(a->store(memory + offset, v));
				memcpy(v, memory + offset, 8);
			}
			good += !sig && v[0] == 0x01234567 && v[1] == 0x89abcdef;
		}
		ktap_ok(good == 3, "%s, %s: %u of 3, signal %d", where, a->name, good, sig);
	}
}

static void test_bad(const char *where, uintptr_t address)
{
	uint32_t v[2] = { 0 };
	unsigned int i;

	for (i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		const struct access *a = &accesses[i];
		int sig = ARM_TRY((a->load ?: a->store)((char *)arm_at(address), v));

		ktap_ok(sig == SIGSEGV && arm_fault.address == address &&
			(arm_fault.psr & ARM_PSR_MODE) == ARM_USER_MODE,
			"%s, %s: signal %d at %#lx", where, a->name, sig, (unsigned long)arm_fault.address);
	}
}

/* A function of this program, for the kernel to call: mode and stack are the kernel's. */
__attribute__((noipa, target("arm")))
static void callback(char *p)
{
	asm volatile("mov r2, #0x21; mov r3, #0x43; stmia %0, {r2, r3}" : : "r" (p) : "r2", "r3", "memory");
}

/* The same as a function of the kernel. */
static const uint32_t function[] = { 0xe3a02021, 0xe3a03043, 0xe880000c, 0xe12fff1e };

static bool stored_by(uintptr_t fn)
{
	static char memory[64];
	uint32_t v[2];

	memset(memory, 0, sizeof(memory));
	arm_gate_call(fn, (long)(memory + 3), 0, 0, 0);
	memcpy(v, memory + 3, 8);
	return v[0] == 0x21 && v[1] == 0x43;
}

static void test_gated(void)
{
	uintptr_t fn = arm_kernel_code(function, sizeof(function));
	int sig;

	ktap_ok(stored_by(fn), "a gated function, STM to the program's memory");
	ktap_ok(stored_by((uintptr_t)callback), "and one of the program's that the kernel calls");
	sig = ARM_TRY(arm_gate_call(fn, 5, 0, 0, 0));
	ktap_ok(sig == SIGSEGV && arm_fault.address == 5, "to address 5: signal %d at %#lx",
		sig, (unsigned long)arm_fault.address);
	arm_kernel_free(fn);
}

int main(void)
{
	static char own[64];
	void *allocated, *mapped;

	ktap_start();
	ktap_check_privilege();
	arm_catch();
	test_memory("own memory", own);
	test_bad("address 5", 5);
	test_bad("an address of the kernel where nothing is", ARCH_BAD_POINTER + 1);
	if (ktap_trusted() && ktap_ok(kml_available(), "%s", kml_strerror(kml_state()))) {
		allocated = kzalloc(64, GFP_KERNEL);
		test_memory("kmalloc()", allocated);
		kfree(allocated);
		mapped = vmalloc(4096);
		test_memory("vmalloc()", mapped);
		vfree(mapped);
		test_gated();
	} else if (!ktap_trusted()) {
		test_bad("the kernel's memory", ARCH_KERNEL_TEXT + 1);
	}
	return ktap_end();
}
