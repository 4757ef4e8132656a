// SPDX-License-Identifier: GPL-2.0-only
/*
 * The point of it all: a program under /trusted runs at the kernel's exception
 * level, with its own SP, reads the kernel's memory and the system control
 * register. Elsewhere the CPU refuses each; an ordinary program that could would
 * own the machine.
 *
 * run: both
 * depends: cpu pages debug
 */
#define _GNU_SOURCE
#include <sys/utsname.h>

#include "arm64.h"
#include "ktap.h"

static int sctlr(uint64_t *value)
{
	return ARM64_TRY(asm volatile("mrs %0, sctlr_el1" : "=r" (*value)));
}

static void test_trusted(uintptr_t banner)
{
	uint64_t spsel, value = 0;
	struct utsname name;
	char want[128], got[128] = "";
	uint32_t word;
	size_t i;

	uname(&name);
	snprintf(want, sizeof(want), "Linux version %s ", name.release);
	for (i = 0; i < strlen(want); i += 4) {
		if (arm64_read((void *)(banner + i), &word))
			break;
		memcpy(got + i, &word, 4);
	}
	got[strlen(want)] = 0;
	ktap_ok(!strcmp(got, want), "reads linux_banner: %s", got);
	asm volatile("mrs %0, spsel" : "=r" (spsel));
	ktap_ok(!spsel, "at EL%lu with SP_EL0", ktap_current_el());
	ktap_ok(!sctlr(&value) && (value & 1), "reads SCTLR %#lx: the MMU is on", (unsigned long)value);
	ktap_ok(ARM64_TRY(asm volatile("mrs x9, sp_el0" : : : "x9")) == SIGILL, "its SP by another name is SIGILL");
}

static void test_plain(uintptr_t banner)
{
	uint64_t value;
	uint32_t word;

	ktap_ok(arm64_read((void *)banner, &word) == SIGSEGV, "linux_banner is SIGSEGV");
	ktap_ok(arm64_fault.address == banner, "si_addr is its address");
	ktap_ok(ktap_current_el() == 0, "at EL%lu", ktap_current_el());
	ktap_ok(sctlr(&value) == SIGILL, "SCTLR is SIGILL");
}

int main(void)
{
	uintptr_t banner;

	ktap_start();
	ktap_check_privilege();
	arm64_catch();
	banner = arm64_symbol("linux_banner");
	if (!ktap_ok(banner, "/proc/kallsyms tells where linux_banner is"))
		return ktap_end();
	if (ktap_trusted())
		test_trusted(banner);
	else
		test_plain(banner);
	return ktap_end();
}
