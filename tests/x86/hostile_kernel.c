// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of hostile_rsp.sh and hostile_fuzz.sh: tells the attackers where
 * to aim, sends NMIs to the other CPUs for so many seconds, and looks whether
 * memory of the kernel's that the attackers know of is as it was.
 *
 * link: kml
 * run: none
 */
#define _GNU_SOURCE
#include <sched.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "hostile.h"
#include "ktap.h"

#define CANARY		16384
#define CANARY_BYTE	0x5a
/* struct x86_hw_tss: reserved word, sp0 to sp2, a reserved long, ist */
#define TSS_SP0		4
#define TSS_IST		36
#define APIC_ICR	0x300
#define ICR_NMI_OTHERS	0xc0400

static struct hostile *hostile;
static unsigned int cpus;

/* The first ones are targets as they are. */
static struct symbol {
	const char *name;
	uint64_t address;
} symbols[] = {
	{ .name = "_stext" }, { .name = "_etext" }, { .name = "idt_table" }, { .name = "init_task" },
	{ .name = "init_top_pgt" }, { .name = "kml_idt" }, { .name = "kml_gate_missing" }, { .name = "error_return" },
	{ .name = "asm_exc_nmi" }, { .name = "entry_SYSCALL_64" }, { .name = "__entry_text_end" }, { .name = "linux_banner" },
	{ .name = "__per_cpu_offset" }, { .name = "cpu_tss_rw" }, { .name = "pcpu_hot" }, { .name = "apic_mmio_base" },
	/* what Linux 6.15 has instead of pcpu_hot */
	{ .name = "__per_cpu_hot_start" },
};

#define TARGET_SYMBOLS	12
#define SYMBOLS		(sizeof(symbols) / sizeof(symbols[0]))

/* All in one go: the file is long, and the machine slow. */
static void find_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], name[256];
	unsigned long address;
	size_t i;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx %*c %255s", &address, name) != 2)
			continue;
		for (i = 0; i < SYMBOLS; i++)
			if (!symbols[i].address && !strcmp(name, symbols[i].name))
				symbols[i].address = address;
	}
	if (file)
		fclose(file);
}

static uint64_t symbol(const char *name)
{
	size_t i;

	for (i = 0; i < SYMBOLS; i++)
		if (!strcmp(name, symbols[i].name))
			return symbols[i].address;
	return 0;
}

static void add(uint64_t address)
{
	unsigned int i, n = hostile->count;

	if ((int64_t)address >= 0 || n == HOSTILE_TARGETS)
		return;
	for (i = 0; i < n; i++)
		if (hostile->target[i] == address)
			return;
	hostile->target[n] = address;
	hostile->count = n + 1;
}

static uint64_t load(uint64_t address)
{
	uint64_t value;

	memcpy(&value, (void *)address, sizeof(value));
	return value;
}

static uint64_t percpu(const char *name, unsigned int cpu)
{
	uint64_t variable = symbol(name), offsets = symbol("__per_cpu_offset");

	return variable && offsets ? variable + load(offsets + 8 * cpu) : 0;
}

static void add_cpu(unsigned int cpu)
{
	uint64_t tss = percpu("cpu_tss_rw", cpu);
	unsigned int i;

	if (!tss)
		return;
	for (i = 0; i < 3; i++)
		add(load(tss + TSS_SP0 + 8 * i));
	for (i = 0; i < HOSTILE_ISTS; i++) {
		hostile->ist[cpu][i] = load(tss + TSS_IST + 8 * i);
		add(hostile->ist[cpu][i]);
		add(hostile->ist[cpu][i] - 4096);
	}
	add(tss);
}

static void add_fixed(const char *canary)
{
	size_t i;

	for (i = 0; i < TARGET_SYMBOLS; i++)
		add(symbols[i].address);
	for (i = 0; i <= CANARY; i += CANARY / 4)
		add((uint64_t)canary + i);
	/* where the IDT is, and behind it the CPUs' entry areas */
	add(0xfffffe0000000000);
	add(0xfffffe0000001000);
	add(0x8000000000000000);
	add(0xffff800000000000);
	add(0xffffffffffffff00);
}

/* What a CPU points to just now: its task, the top of its stack. */
static void add_current(uint64_t *hot)
{
	unsigned int cpu, i;

	for (cpu = 0; cpu < cpus; cpu++)
		for (i = 0; hot[cpu] && i < 8; i++)
			add(load(hot[cpu] + 8 * i));
}

/* The other CPUs get an NMI: the message is one word, as there is only one kind of others. */
static void send_nmi(uint64_t apic)
{
	*(volatile uint32_t *)(apic + APIC_ICR) = ICR_NMI_OTHERS;
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	uint64_t hot[HOSTILE_CPUS] = { }, apic;
	unsigned int i, changed = 0, nmis = 0;
	unsigned char *canary;
	time_t end;

	if (ktap_cpl() || !kml_available())
		return 2;
	hostile = hostile_map(O_RDWR | O_CREAT | O_TRUNC, PROT_READ | PROT_WRITE);
	canary = kmalloc(CANARY, GFP_KERNEL);
	if (!hostile || !canary)
		return 3;
	memset(canary, CANARY_BYTE, CANARY);
	find_symbols();
	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	for (i = 0; i < cpus; i++) {
		add_cpu(i);
		hot[i] = percpu(symbol("pcpu_hot") ? "pcpu_hot" : "__per_cpu_hot_start", i);
	}
	add_fixed((char *)canary);
	apic = symbol("apic_mmio_base");
	apic = apic ? load(apic) : 0;
	end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 3);
	puts("ready");
	fflush(stdout);
	for (i = 0; time(NULL) < end; i++) {
		if (i % 16 == 0)
			pin(i / 16 % cpus);
		add_current(hot);
		if (apic) {
			send_nmi(apic);
			nmis++;
		}
		usleep(1000);
	}
	for (i = 0; i < CANARY; i++)
		changed += canary[i] != CANARY_BYTE;
	kfree(canary);
	printf("%u NMIs sent, %u targets, %u bytes changed\n", nmis, hostile->count, changed);
	return changed != 0;
}
