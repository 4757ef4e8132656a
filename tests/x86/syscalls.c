// SPDX-License-Identifier: GPL-2.0
/*
 * System calls and user-space contracts that the kernel decides by looking at
 * the selectors, the segment bases or the user half of a frame: a privileged
 * program must find them as any other does, except for GS, which is the
 * kernel's there.
 *
 * run: both
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/personality.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/time.h>
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

static void test_int80(void)
{
	long ret = 20;		/* getpid of i386 */

	asm volatile("int $0x80" : "+a" (ret) : : "r8", "r9", "r10", "r11", "memory");
	if (ret == -ENOSYS)
		ktap_skip("int $0x80", "no 32-bit system calls");
	else
		ktap_ok(ret == getpid(), "int $0x80 is getpid: %ld", ret);
}

static void test_vsyscall(void)
{
	long (*vtime)(time_t *t) = (void *)0xffffffffff600400;
	long (*vgetcpu)(unsigned int *cpu, void *node, void *unused) = (void *)0xffffffffff600800;
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned int cpu = -1;
	bool mapped = false;
	char line[512];
	time_t now;

	while (maps && fgets(line, sizeof(line), maps))
		mapped |= !!strstr(line, "[vsyscall]");
	if (maps)
		fclose(maps);
	if (!mapped || ktap_trusted()) {
		ktap_skip("vsyscall", mapped ? "not for privileged programs" : "not enabled");
		return;
	}
	now = vtime(NULL);
	ktap_ok(labs(now - time(NULL)) <= 2, "time() by vsyscall");
	ktap_ok(!vgetcpu(&cpu, NULL, NULL) && cpu < CPU_SETSIZE, "getcpu() by vsyscall");
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

static void on_alarm(int sig)
{
	(void)sig;
}

/* A critical section that ends only by its abort handler. */
static void test_rseq(void)
{
	struct itimerval timer = { .it_value.tv_usec = 50000 };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct rseq *rseq;
	int aborted = 0;

	if (!__rseq_size) {
		ktap_skip("rseq", "not registered");
		return;
	}
	rseq = (void *)((char *)__builtin_thread_pointer() + __rseq_offset);
	ktap_ok(rseq->cpu_id < CPU_SETSIZE, "rseq is registered, on CPU %u", rseq->cpu_id);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	asm volatile(".pushsection .data.rseq, \"aw\"\n"
		     ".balign 32\n"
		     "3: .long 0, 0\n"
		     ".quad 1f, 2f - 1f, 4f\n"
		     ".popsection\n"
		     "lea 3b(%%rip), %%rax\n"
		     "mov %%rax, %[cs]\n"
		     "1: pause\n"
		     "jmp 1b\n"
		     "2: ud2\n"
		     ".byte 0x0f, 0xb9, 0x3d\n"	/* ud1, with the signature */
		     ".long %c[sig]\n"
		     "4: movl $1, %[aborted]\n"
		     : [cs] "=m" (rseq->rseq_cs), [aborted] "+m" (aborted)
		     : [sig] "i" (RSEQ_SIG)
		     : "rax", "memory", "cc");
	/* preemption may have come first */
	timer.it_value.tv_usec = 0;
	setitimer(ITIMER_REAL, &timer, NULL);
	ktap_ok(aborted == 1, "a signal or preemption aborts a critical section");
}

static pthread_mutex_t robust;

static void *die_with_lock(void *arg)
{
	pthread_mutex_lock(&robust);
	return arg;
}

static void test_robust(void)
{
	pthread_mutexattr_t attr;
	pthread_t thread;
	int ret;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&robust, &attr);
	if (pthread_create(&thread, NULL, die_with_lock, NULL))
		exit(1);
	pthread_join(thread, NULL);
	ret = pthread_mutex_lock(&robust);
	ktap_ok(ret == EOWNERDEAD, "a lock of a dead thread is EOWNERDEAD: %d", ret);
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
	execl("/proc/self/exe", "syscalls", "again", NULL);
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
	test_int80();
	test_vsyscall();
	test_vdso();
	test_rseq();
	test_robust();
	test_memory();
	status = ktap_child(again);
	ktap_ok(status == 42 << 8, "exec without address randomisation: status %#x", status);
	return ktap_end();
}
