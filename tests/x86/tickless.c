// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel with nohz_full=1: on each CPU the ways in tell it what it must know.
 * A call may begin on a CPU of one kind and end on one of the other, the tick
 * stops under a privileged program as under any, time is charged to the right
 * side, and RCU does not wait for a program. Where the state of a CPU is wrong
 * the kernel warns by itself (CT_WARN_ON), which fails the boot.
 *
 * link: kml
 * timeout: 120
 * boots: prod-nohz rt-nohz
 */
#define _GNU_SOURCE
#include <linux/time_types.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define MOVES 2000

/* Larger than any kernel's mask of CPUs. */
static unsigned long mask[2][128];

static bool on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

static void spin(void)
{
	for (volatile int i = 0; i < 1000; i++)
		;
}

static void leaf(void)
{
	ktime_get();
}

static void gate(void)
{
	get_current();
}

static void syscall_gate(void)
{
	sys_getppid();
}

static void instruction(void)
{
	syscall(SYS_getppid);
}

/* What the scheduler accounts for at the sleep is since the last one: 20 ms of this code, and the gate. */
static void spin_and_sleep(void)
{
	static const struct __kernel_timespec ms = { 0, 1000000 };
	ktime_t end = ktime_get() + 20000000;

	while (ktime_get() < end)
		;
	sys_clock_nanosleep(CLOCK_MONOTONIC, 0, &ms, NULL);
}

/* A flag that keeps it from the fast way: all of it by the kernel's own entry. */
static void stock(void)
{
	long nr = SYS_getppid;

	asm volatile("lea -128(%%rsp), %%rsp\n\t"
		     "pushf\n\t"
		     "orl $0x40000, (%%rsp)\n\t"
		     "popf\n\t"
		     "syscall\n\t"
		     "pushf\n\t"
		     "andl $~0x40000, (%%rsp)\n\t"
		     "popf\n\t"
		     "lea 128(%%rsp), %%rsp"
		     : "+a" (nr) : : "rcx", "r11", "memory", "cc");
}

/*
 * Of what the gates and the entry do, time is the program's until it sleeps. HZ is 250, so a tick that runs is 500 interrupts in
 * 2 s. Some wake-ups are the harness's. Some 100 sleeps in that time cost an ordinary program 79 interrupts on prod and 294 on
 * rt, where timers are a thread's.
 */
static const struct {
	const char *name;
	void (*once)(void);
	bool in_kernel;
	unsigned long most;
} way[] = {
	{ "its own code", spin, false, 150 },
	{ "leaves", leaf, false, 150 },
	{ "call gates", gate, false, 150 },
	{ "system call gates", syscall_gate, false, 150 },
	{ "SYSCALL", instruction, false, 150 },
	{ "code and gates that sleep", spin_and_sleep, false, 340 },
	{ "the stock entry", stock, true, 150 },
};

/* Timer interrupts of a CPU so far. */
static unsigned long ticks(int cpu)
{
	unsigned long count[2] = { };
	char line[256];
	FILE *file = fopen("/proc/interrupts", "r");

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, " LOC: %lu %lu", &count[0], &count[1]);
	if (file)
		fclose(file);
	return count[cpu];
}

/* The user's and the system's part of a process's time, in clock ticks. */
static void times_of(pid_t pid, unsigned long *user, unsigned long *system)
{
	char path[64], line[1024] = "", *end;
	FILE *file;

	*user = *system = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return;
	end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	if (end)
		sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", user, system);
	fclose(file);
}

static void test_tick(unsigned int i)
{
	unsigned long before, user[2], system[2], took;
	pid_t pid = fork();

	if (!pid) {
		on(1);
		for (;;)
			way[i].once();
	}
	sleep(1);
	before = ticks(1);
	times_of(pid, &user[0], &system[0]);
	/* from the other CPU: it would wait for a program that it does not see */
	synchronize_rcu();
	sleep(2);
	synchronize_rcu();
	took = ticks(1) - before;
	times_of(pid, &user[1], &system[1]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	user[0] = user[1] - user[0];
	system[0] = system[1] - system[0];
	ktap_ok(took < way[i].most, "%s: %lu timer interrupts in 2 s", way[i].name, took);
	ktap_ok(user[0] + system[0] > 100 && (way[i].in_kernel ? system[0] > 10 : system[0] <= user[0] / 10),
		"%s: %lu user, %lu system", way[i].name, user[0], system[0]);
}

/* Each of these calls comes back on the other CPU than it was made on. */
static void test_moves(void)
{
	unsigned long wrong = 0;

	mask[0][0] = 1;
	mask[1][0] = 2;
	for (int i = 0; i < MOVES; i++) {
		wrong += set_cpus_allowed_ptr(get_current(), (void *)mask[i & 1]) != 0;
		wrong += sched_getcpu() != (i & 1);
		get_current();
		wrong += sys_getppid() != syscall(SYS_getppid);
	}
	ktap_ok(!wrong, "%d call gates that end on the other CPU: %lu wrong", MOVES, wrong);
	for (int i = 0; i < MOVES; i++) {
		wrong += sys_sched_setaffinity(0, sizeof(mask[0]), mask[i & 1]) < 0;
		wrong += sched_getcpu() != (i & 1);
		wrong += syscall(SYS_getppid) != sys_getppid();
	}
	ktap_ok(!wrong, "%d system call gates: %lu wrong", MOVES, wrong);
	for (int i = 0; i < MOVES; i++) {
		wrong += !on(i & 1);
		wrong += sched_getcpu() != (i & 1);
		get_current();
	}
	ktap_ok(!wrong, "%d times SYSCALL: %lu wrong", MOVES, wrong);
	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();
		int status = -1;

		if (!pid)
			_exit(!on(i & 1) || sys_getppid() != syscall(SYS_getppid));
		waitpid(pid, &status, 0);
		wrong += status != 0;
	}
	ktap_ok(!wrong, "200 forks: %lu wrong", wrong);
}

int main(void)
{
	char line[128] = "";
	FILE *file;

	ktap_start();
	ktap_check_privilege();
	file = fopen("/sys/devices/system/cpu/nohz_full", "r");
	ktap_ok(file && fgets(line, sizeof(line), file) && line[0] == '1', "CPU 1 is a nohz_full one");
	file = fopen("/sys/kernel/kml/syscalls", "r");
	ktap_ok(file && fgets(line, sizeof(line), file) && !strncmp(line, "fast", 4), "the ways in are fast: %s",
		strtok(line, "\n"));
	test_moves();
	on(0);
	for (unsigned int i = 0; i < sizeof(way) / sizeof(*way); i++)
		test_tick(i);
	return ktap_end();
}
