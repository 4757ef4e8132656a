// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel decides by a segment base or by another process's page
 * tables: FS, the CPU's number, remote memory, and the layout of the address
 * space. GS is the kernel's in a privileged program.
 *
 * run: both
 * depends: cpu pages gs
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#include "ktap.h"

static void test_segments(void)
{
	static unsigned long area[2] = { 0, 0x1122334455667788 };
	unsigned long fs, gs, value = 0;
	long ret;

	ret = syscall(SYS_arch_prctl, ARCH_SET_GS, area);
	if (ktap_trusted())
		ktap_ok(ret == -1 && errno == EPERM, "ARCH_SET_GS is refused");
	else
		ktap_ok(ret == 0 && !syscall(SYS_arch_prctl, ARCH_GET_GS, &gs) &&
			gs == (unsigned long)area && !syscall(SYS_arch_prctl, ARCH_SET_GS, 0),
			"ARCH_SET_GS works");

	/* No C between the two: the thread pointer is another one's. */
	ret = syscall(SYS_arch_prctl, ARCH_GET_FS, &fs);
	asm volatile("mov %[set], %%edi\n"
		     "lea %[area], %%rsi\n"
		     "mov %[nr], %%eax\n"
		     "syscall\n"
		     "mov %%fs:8, %[value]\n"
		     "mov %[set], %%edi\n"
		     "mov %[fs], %%rsi\n"
		     "mov %[nr], %%eax\n"
		     "syscall\n"
		     : [value] "=&r" (value)
		     : [set] "i" (ARCH_SET_FS), [nr] "i" (SYS_arch_prctl), [fs] "r" (fs),
		       [area] "m" (area)
		     : "rax", "rcx", "r11", "rdi", "rsi", "memory");
	ktap_ok(ret == 0 && value == area[1], "ARCH_SET_FS works");
}

static long to_us(struct timespec ts)
{
	return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void test_vdso(void)
{
	struct timespec before, vdso, after;
	unsigned int cpu, node;
	cpu_set_t old, one;
	int i, good = 0;

	for (i = 0; i < 1000; i++) {
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &before);
		clock_gettime(CLOCK_MONOTONIC, &vdso);
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &after);
		good += to_us(before) <= to_us(vdso) && to_us(vdso) <= to_us(after);
	}
	ktap_ok(good == i, "clock_gettime() agrees with the system call: %d of %d", good, i);

	sched_getaffinity(0, sizeof(old), &old);
	for (i = 0, good = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &old))
			continue;
		CPU_ZERO(&one);
		CPU_SET(i, &one);
		if (sched_setaffinity(0, sizeof(one), &one) || sched_getcpu() != i ||
		    syscall(SYS_getcpu, &cpu, &node, NULL) || cpu != (unsigned int)i)
			break;
		good++;
	}
	sched_setaffinity(0, sizeof(old), &old);
	ktap_ok(good && i == CPU_SETSIZE, "getcpu() on each of %d CPUs", good);
}

static void test_memory(void)
{
	static char from[] = "remote memory", to[sizeof(from)];
	struct iovec remote = { from, sizeof(from) }, local = { to, sizeof(to) };
	int fd, status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		strcpy(from, "child's words");
		raise(SIGSTOP);
		_exit(strcmp(from, "parent's turn") ? 1 : 42);
	}
	waitpid(pid, &status, WUNTRACED);
	ktap_ok(process_vm_readv(pid, &local, 1, &remote, 1, 0) == sizeof(to) &&
		!strcmp(to, "child's words"), "process_vm_readv() of a child");
	strcpy(to, "parent's turn");
	ktap_ok(process_vm_writev(pid, &local, 1, &remote, 1, 0) == sizeof(to),
		"process_vm_writev()");
	kill(pid, SIGCONT);
	ktap_ok(waitpid(pid, &status, 0) == pid && status == 42 << 8, "the child sees it");
	fd = open("/proc/self/mem", O_RDONLY);
	memset(to, 0, sizeof(to));
	ktap_ok(pread(fd, to, sizeof(to), (uintptr_t)from) == sizeof(to) && !strcmp(to, from),
		"/proc/self/mem can be read");
	close(fd);
}

static void again(void)
{
	personality(ADDR_NO_RANDOMIZE);
	execl("/proc/self/exe", "user_abi", "again", NULL);
}

int main(int argc, char **argv)
{
	int status;

	if (argc > 1 && !strcmp(argv[1], "again"))
		_exit(ktap_cpl() == (ktap_trusted() ? 0 : 3) &&
		      (personality(0xffffffff) & ADDR_NO_RANDOMIZE) ? 42 : 1);
	ktap_start();
	ktap_check_privilege();
	test_segments();
	test_vdso();
	test_memory();
	status = ktap_child(again);
	ktap_ok(status == 42 << 8, "exec without address randomisation: status %#x", status);
	return ktap_end();
}
