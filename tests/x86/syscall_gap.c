// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can come between the SYSCALL instruction and the kernel's stack, and on
 * the way back, comes there: NMIs from another CPU, as fast as it can send them.
 * The call and its caller must not see any of it. A breakpoint, whose #DB would
 * be taken for the program's, cannot be put there by anybody.
 *
 * run: trusted
 * depends: gs debug tick
 * timeout: 120
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "kallsyms.h"
#include "ktap.h"
#include "syscall_state.h"

#define APIC_BASE	0xfee00000
#define APIC_ICR	0x300
#define APIC_ICR2	0x310
#define ICR_BUSY	0x1000
#define ICR_NMI		0x4400		/* delivery mode NMI, level assert */

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		ktap_skip("on two CPUs", "there is one");
		exit(ktap_end());
	}
}

/* One call that must be right, whatever comes meanwhile. */
static const char *wrong_call(unsigned long i)
{
	static pid_t parent;

	parent = parent ?: getppid();
	if (call(SYS_getppid, 0, 0, 0, IF | (i & 1 ? ARITHMETIC : 0)) != parent)
		return "the result";
	return changed();
}

static int breakpoint(uintptr_t address)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_X,
		.bp_addr = address, .bp_len = sizeof(long),
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

/* Code ends where the next symbol is. */
static unsigned int size_of(uintptr_t code)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long address, next = code + 4096;
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx", &address) == 1 && address > code && address < next)
			next = address;
	if (file)
		fclose(file);
	return next - code;
}

static unsigned int refused(uintptr_t code, unsigned int bytes)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < bytes; i++) {
		int fd = breakpoint(code + i);

		n += fd < 0 && errno == EINVAL;
		close(fd);
	}
	return n;
}

static void test_breakpoints(void)
{
	static const char * const gates[] = { "kml_gate_call_fast", "kml_gate_call_full", "kml_gate_syscall_fast0", "kml_entry_syscall",
		"kml_gate_call_ct", "kml_gate_syscall_ct0", "kml_entry_syscall_ct" };
	int fd = breakpoint(kallsyms_address("do_nanosleep"));

	ktap_ok(fd >= 0, "a breakpoint can be put into the kernel");
	close(fd);
	for (unsigned int i = 0; i < sizeof(gates) / sizeof(*gates); i++) {
		uintptr_t gate = kallsyms_address(gates[i]);
		unsigned int bytes = size_of(gate), n = refused(gate, bytes);

		ktap_ok(gate && bytes > 20 && n == bytes, "but not into the %u bytes of %s: %u refused", bytes, gates[i], n);
	}
}

/* NMIs that CPU 0 has had. */
static unsigned long nmis(void)
{
	FILE *file = fopen("/proc/interrupts", "r");
	unsigned long n = 0;
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, " NMI: %lu", &n) == 1)
			break;
	if (file)
		fclose(file);
	return n;
}

/* By this CPU's APIC to CPU 0, at all distances. */
static void flood(void)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);
	volatile char *apic = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, APIC_BASE);
	unsigned int random = 1;

	if (apic == MAP_FAILED)
		_exit(1);
	pin(1);
	for (;;) {
		while (*(volatile uint32_t *)(apic + APIC_ICR) & ICR_BUSY)
			;
		/* an interrupt in between sends its own to CPU 0, too */
		*(volatile uint32_t *)(apic + APIC_ICR2) = 0;
		*(volatile uint32_t *)(apic + APIC_ICR) = ICR_NMI;
		random = random * 1103515245 + 12345;
		for (unsigned int i = (random >> 16) % 1024; i; i--)
			asm volatile("pause");
	}
}

static void test_flood(void)
{
	unsigned long before = nmis(), i;
	time_t end = time(NULL) + 5;
	const char *wrong = NULL;
	pid_t pid = fork();

	if (!pid)
		flood();
	for (i = 0; time(NULL) < end && !wrong; i++)
		wrong = wrong_call(i);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	before = nmis() - before;
	ktap_ok(!wrong, "%lu calls, changed: %s", i, wrong ?: "nothing");
	ktap_ok(before > 100, "%lu NMIs came", before);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	pin(0);
	test_breakpoints();
	test_flood();
	return ktap_end();
}
