/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of handlers must know about ARMv7: instructions, exceptions, and
 * a device. That is one which no driver of the tests' kernel has: the clock of
 * virt and vexpress, whose alarm is at once, or a timer of i.MX6.
 */
#ifndef HANDLER_ARM_H
#define HANDLER_ARM_H

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>

/* The C library hides it from those who do not ask for all it has. */
#ifndef TRAP_BRKPT
#define TRAP_BRKPT	1
#endif

/* One that no CPU has; the other label is behind a system call. */
#define ARCH_UNDEFINED		"udf #0"
#define ARCH_UNDEFINED_CODE	ILL_ILLOPC
#define ARCH_SYSCALL(ret)						\
	do {								\
		asm volatile("mov r12, r7; mov r7, %0; svc #0; syscall_here: mov r7, r12; mov %0, r0" \
			     : "+r" (ret) : : "r0", "r12", "lr", "memory"); \
	} while (0)
#define ARCH_GETPID		20
#define ARCH_CALL(address)						\
	do {								\
		asm volatile("blx %0" : : "r" (address) : "lr", "memory"); \
	} while (0)
#define ARCH_PAUSE		"yield"
/* What a handler must not leave behind, but may. */
#define ARCH_BAD_FLAGS		"cpsie i"
/* A kernel stack, and what its end is told by. */
#define ARCH_STACK_MAX		(3 * 4096)

extern char arch_gdb_here[];

/* In SVC mode with interrupts off, on a kernel stack. */
static KML_HANDLER inline bool arch_in_interrupt(void)
{
	unsigned long psr, sp;

	asm volatile("mrs %0, cpsr; mov %1, sp" : "=r" (psr), "=r" (sp));
	return (psr & 0x9f) == 0x93 && sp >= ARCH_TASK_SIZE;
}

static KML_HANDLER_WITH_FPU inline void arch_fpu_destroy(void)
{
	asm volatile("vmov d0, %0, %0; vmov d15, %0, %0" : : "r" (0) : "d0", "d15");
}

/* Through a register, which it is in for a while. */
static inline double arch_fpu_hold(double x)
{
	double ret;

	asm volatile("vmov.f64 d15, %P1; .rept 50; nop; .endr; vmov.f64 %P0, d15" : "=w" (ret) : "w" (x) : "d15");
	return ret;
}

/* What gdb sets breakpoints with. (From bkpt some kernels come back to it for ever, a thread's as well.) */
static KML_HANDLER uint32_t arch_gdb_breakpoint(void *arg, __u64 value)
{
	(void)arg;
#ifdef __thumb__
	asm volatile("arch_gdb_here: .inst.n 0xde01");
#else
	asm volatile("arch_gdb_here: .inst 0xe7f001f0");
#endif
	return value;
}

/* Exclusive accesses that are not aligned are nobody's; others are made good. */
static KML_HANDLER uint32_t arch_exclusive(void *arg, __u64 value)
{
	unsigned long x;

	asm volatile("ldrex %0, [%1]" : "=r" (x) : "r" (arg) : "memory");
	return value + x;
}

/* A register of another unit than the CPU's, and one of the vector unit's that is off or somebody's. */
static KML_HANDLER uint32_t arch_coprocessor(void *arg, __u64 value)
{
	unsigned long x;

	(void)arg;
	asm volatile("mrc p1, 0, %0, c0, c0, 0" : "=r" (x));
	return value + x;
}

/* Faults that others do not have. */
static inline void arch_faults(void (*check)(const struct expect *e), kml_handler_t read, kml_handler_t jump, kml_handler_t clock)
{
	static char words[16] __attribute__((aligned(16)));

	(void)read, (void)jump, (void)clock;
	check(&(struct expect){ "gdb's breakpoint", arch_gdb_breakpoint, NULL, SIGTRAP, TRAP_BRKPT, arch_gdb_here, false });
	check(&(struct expect){ "ldrex of what is not aligned", arch_exclusive, words + 1, SIGBUS, BUS_ADRALN, words + 1, false });
	check(&(struct expect){ "no coprocessor", arch_coprocessor, NULL, SIGILL, ILL_ILLOPC, NULL, true });
}

static inline int arch_used_interrupt(void)
{
	static const char *const consoles[] = { "uart-pl011", ".serial", NULL };

	return interrupt_of(consoles);
}

/* PL031 and EPIT */
enum { CLOCK_NOW = 0, CLOCK_MATCH = 1, CLOCK_MASK = 4, CLOCK_RAW = 5, CLOCK_CLEAR = 7 };
enum { EPIT_CONTROL = 0, EPIT_STATUS = 1, EPIT_LOAD = 2, EPIT_COMPARE = 3 };

/* Enabled, from the load value, interrupt, set-and-forget, counter overwritten, clock of the bus */
#define EPIT_RUN	(1 | 2 | 4 | 8 | 1 << 17 | 1 << 24)

static const struct arch_device {
	const char *node;
	uint64_t base;
	bool epit;
} arch_devices[] = {
	{ "pl031@9010000", 0x09010000, false },	/* virt */
	{ "rtc@170000", 0x1c170000, false },	/* vexpress */
	{ "epit@20d0000", 0x020d0000, true },	/* i.MX6 */
};

static volatile uint32_t *arch_registers;
static const struct arch_device *arch_device;
static volatile uint32_t arch_taken;

/* The first node below @path that is one of these; its path replaces @path. */
static inline bool arch_find_device(char *path, size_t size)
{
	size_t length = strlen(path);
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(path);

	while (dir && !found && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		snprintf(path + length, size - length, "/%s", entry->d_name);
		for (unsigned int i = 0; !found && i < sizeof(arch_devices) / sizeof(*arch_devices); i++)
			if (!strcmp(entry->d_name, arch_devices[i].node)) {
				arch_device = &arch_devices[i];
				found = true;
			}
		found = found || arch_find_device(path, size);
	}
	if (dir)
		closedir(dir);
	if (!found)
		path[length] = '\0';
	return found;
}

/* What a program has mapped of the kernel stays mapped when it has gone. */
static inline void arch_device_unmap(void)
{
	iounmap(arch_registers);
}

/* Its interrupt, or -1. */
static inline int arch_device_interrupt(void)
{
	static const char tree[] = "/proc/device-tree";
	static char path[512];

	strcpy(path, tree);
	if (!arch_find_device(path, sizeof(path)))
		return -1;
	arch_registers = ioremap(arch_device->base, 4096);
	if (!arch_registers)
		return -1;
	atexit(arch_device_unmap);
	arch_registers[arch_device->epit ? EPIT_CONTROL : CLOCK_CLEAR] = !arch_device->epit;
	if (!arch_device->epit)
		arch_registers[CLOCK_MASK] = 1;
	return kml_of_irq(path + strlen(tree), 0);
}

/* Has it raised its interrupt? If so, that is over. */
static KML_HANDLER inline bool arch_device_take(void)
{
	if (arch_device->epit) {
		if (!(arch_registers[EPIT_STATUS] & 1))
			return false;
		arch_registers[EPIT_CONTROL] = 0;
		arch_registers[EPIT_STATUS] = 1;
		return true;
	}
	if (!(arch_registers[CLOCK_RAW] & 1))
		return false;
	arch_taken++;
	/* what can never be again */
	arch_registers[CLOCK_MATCH] = arch_registers[CLOCK_NOW] - 1;
	arch_registers[CLOCK_CLEAR] = 1;
	return true;
}

static inline void arch_device_raise(void)
{
	uint32_t taken = arch_taken, second, i;

	if (arch_device->epit) {
		arch_registers[EPIT_CONTROL] = 0;
		arch_registers[EPIT_STATUS] = 1;
		arch_registers[EPIT_LOAD] = 1000;
		arch_registers[EPIT_COMPARE] = 500;
		arch_registers[EPIT_CONTROL] = EPIT_RUN;
		return;
	}
	/* again if the second was over before it was written */
	do {
		second = arch_registers[CLOCK_NOW];
		arch_registers[CLOCK_MATCH] = second;
		for (i = 0; arch_registers[CLOCK_NOW] != second && i < 1000; i++)
			if (arch_taken != taken || (arch_registers[CLOCK_RAW] & 1))
				return;
	} while (i);
}

#endif /* HANDLER_ARM_H */
