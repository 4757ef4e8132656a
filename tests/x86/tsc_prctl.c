// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program is told that it can do is true at its privilege: once,
 * prctl(PR_SET_TSC) of a privileged program succeeded though CR4.TSD does not
 * apply to it, and AT_HWCAP2 offered it wrgsbase, which ends its CPU.
 *
 * run: both
 */
#include <errno.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "ktap.h"

#define ARCH_GET_CPUID	0x1011
#define ARCH_SET_CPUID	0x1012
#define HWCAP2_FSGSBASE	2

static bool cpu_has(const char *flag)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[4096], *word;
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		if (!strncmp(line, "flags", 5))
			for (word = strtok(line, " \n"); word && !found; word = strtok(NULL, " \n"))
				found = !strcmp(word, flag);
	if (file)
		fclose(file);
	return found;
}

static void child_rdtsc(void)
{
	if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV))
		_exit(errno);
	__builtin_ia32_rdtsc();
	_exit(0);
}

static void child_cpuid(void)
{
	unsigned int a = 0, c = 0;

	if (syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0))
		_exit(errno);
	asm volatile("cpuid" : "+a" (a), "+c" (c) : : "ebx", "edx");
	_exit(0);
}

static void test_trusted(void)
{
	int mode = 0, ret, status;

	ktap_ok(!(getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE), "AT_HWCAP2 %#lx does not offer wrgsbase",
		getauxval(AT_HWCAP2));
	status = ktap_child(child_rdtsc);
	ktap_ok(status == EPERM << 8, "PR_SET_TSC is refused: status %#x", status);
	ret = prctl(PR_GET_TSC, &mode);
	ktap_ok(!ret && mode == PR_TSC_ENABLE, "PR_GET_TSC: %d", mode);
	/* ENODEV: the CPU cannot do it to anybody */
	status = ktap_child(child_cpuid);
	ktap_ok(status == EPERM << 8 || status == ENODEV << 8, "ARCH_SET_CPUID is refused: status %#x",
		status);
	ktap_ok(syscall(SYS_arch_prctl, ARCH_GET_CPUID, 0) == 1, "ARCH_GET_CPUID: works");
}

static void test_plain(void)
{
	bool fsgsbase = cpu_has("fsgsbase");
	int status;

	ktap_ok(!(getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) == !fsgsbase, "AT_HWCAP2 %#lx, CPU %s fsgsbase",
		getauxval(AT_HWCAP2), fsgsbase ? "with" : "without");
	status = ktap_child(child_rdtsc);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "PR_SET_TSC works: status %#x", status);
	status = ktap_child(child_cpuid);
	ktap_ok(status == ENODEV << 8 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV),
		"ARCH_SET_CPUID works where the CPU does: status %#x", status);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (ktap_trusted())
		test_trusted();
	else
		test_plain();
	return ktap_end();
}
