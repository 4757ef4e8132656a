// SPDX-License-Identifier: GPL-2.0-only
/*
 * The point of it all: a program under /trusted runs in SYSTEM mode, reads the
 * kernel's memory and the system control register. Elsewhere the CPU refuses
 * each; an ordinary program that could would own the machine.
 *
 * run: both
 * depends: cpu pages debug
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/utsname.h>

#include "arm.h"
#include "ktap.h"

static void test_trusted(uintptr_t banner)
{
	struct utsname name;
	char want[128], got[128] = "";
	uint32_t value = 0;
	size_t i;

	uname(&name);
	snprintf(want, sizeof(want), "Linux version %s ", name.release);
	for (i = 0; i < strlen(want); i += 4) {
		if (arm_read((void *)(banner + i), &value))
			break;
		memcpy(got + i, &value, 4);
	}
	got[strlen(want)] = 0;
	ktap_ok(!strcmp(got, want), "reads linux_banner: %s", got);
	ktap_ok((arm_psr() & 0x1f) == 0x1f, "in SYSTEM mode, PSR %#x", arm_psr());
	ktap_ok(!arm_sctlr(&value) && (value & 1), "reads SCTLR %#x: the MMU is on", value);
}

static void test_plain(uintptr_t banner)
{
	uint32_t value;

	ktap_ok(arm_read((void *)banner, &value) == SIGSEGV, "linux_banner is SIGSEGV");
	ktap_ok(arm_fault.address == banner, "si_addr is its address");
	ktap_ok((arm_psr() & 0x1f) == 0x10, "in USER mode, PSR %#x", arm_psr());
	ktap_ok(arm_sctlr(&value) == SIGILL, "SCTLR is SIGILL");
}

int main(void)
{
	uintptr_t banner;

	ktap_start();
	ktap_check_privilege();
	arm_catch();
	banner = arm_symbol("linux_banner");
	if (!ktap_ok(banner, "/proc/kallsyms tells where linux_banner is"))
		return ktap_end();
	if (ktap_trusted())
		test_trusted(banner);
	else
		test_plain(banner);
	return ktap_end();
}
