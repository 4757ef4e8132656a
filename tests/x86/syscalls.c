// SPDX-License-Identifier: GPL-2.0-only
/*
 * What system calls mean does not depend on who makes them: filters, restarts,
 * restartable sequences, the ways in besides SYSCALL and the vDSO. Each looks
 * at saved registers that a privileged program must have like any other.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "ktap.h"

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define VSYSCALL_TIME 0xffffffffff600400UL

static volatile sig_atomic_t signals;
static volatile siginfo_t trapped;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	signals++;
	if (sig == SIGSYS)
		trapped = *info;
}

static void handle(int sig, int flags)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags };

	sigaction(sig, &action, NULL);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* getppid gets @action, all else is allowed. */
static void filter(uint32_t action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(96);
}

static void seccomp_errno(void)
{
	filter(SECCOMP_RET_ERRNO | 42);
	_exit(syscall(SYS_getppid) == -1 && errno == 42 ? 0 : 1);
}

static void seccomp_kill(void)
{
	filter(SECCOMP_RET_KILL_PROCESS);
	syscall(SYS_getppid);
}

static void seccomp_trap(void)
{
	handle(SIGSYS, 0);
	filter(SECCOMP_RET_TRAP);
	syscall(SYS_getppid);
	_exit(trapped.si_syscall == SYS_getppid && trapped.si_arch == AUDIT_ARCH_X86_64 &&
	      (uintptr_t)trapped.si_call_addr > 4096 ? 0 : 1);
}

static void test_seccomp(void)
{
	int status = ktap_child(seccomp_kill);

	ktap_ok(ktap_child(seccomp_errno) == 0, "seccomp: errno");
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "seccomp: kill");
	ktap_ok(ktap_child(seccomp_trap) == 0, "seccomp: trap");
}

/* A read of an empty pipe, into which a child writes after a signal. */
static void test_restart(int flags, const char *what, ssize_t want)
{
	int ends[2];
	ssize_t got;
	pid_t pid;
	char c;

	handle(SIGUSR1, flags);
	if (pipe(ends))
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		usleep(100000);
		kill(getppid(), SIGUSR1);
		usleep(100000);
		_exit(write(ends[1], "x", 1) != 1);
	}
	signals = 0;
	got = read(ends[0], &c, 1);
	ktap_ok(got == want && signals == 1 && (got == 1 || errno == EINTR), "%s", what);
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
}

static void sleeper(void)
{
	struct timespec time = { .tv_nsec = 400000000 };
	uint64_t start = now_ns();

	if (syscall(SYS_nanosleep, &time, NULL))
		_exit(1);
	start = (now_ns() - start) / 1000000;
	_exit(start >= 400 && start < 2000 ? 0 : 2);
}

/* ERESTART_RESTARTBLOCK: nanosleep goes on after SIGSTOP and SIGCONT. */
static void test_restart_block(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		sleeper();
	usleep(100000);
	kill(pid, SIGSTOP);
	usleep(50000);
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	ktap_ok(status == 0, "nanosleep goes on after SIGCONT");
}

/* The timer's signal aborts the sequence, which otherwise ends by itself. */
static int rseq_round(void *area)
{
	unsigned long slot = 0, bound = 400000000;
	int aborted = 0;

	asm volatile(".pushsection .data.rel, \"aw\"\n"
		     ".balign 32\n"
		     "9:	.long 0, 0\n"
		     "	.quad 1f, 2f - 1f, 4f\n"
		     ".popsection\n"
		     "	lea 9b(%%rip), %[slot]\n"
		     "	mov %[slot], 8(%[area])\n"
		     "1:	dec %[bound]\n"
		     "	jnz 1b\n"
		     "2:	jmp 5f\n"
		     "	.byte 0x0f, 0xb9, 0x3d\n"
		     "	.long 0x53053053\n"
		     "4:	mov $1, %[aborted]\n"
		     "5:\n"
		     : [slot] "+r" (slot), [bound] "+r" (bound), [aborted] "+r" (aborted)
		     : [area] "r" (area) : "memory", "cc");
	return aborted;
}

static void test_rseq(void)
{
	static __thread struct {
		uint32_t cpu_id_start, cpu_id;
		uint64_t rseq_cs;
		uint32_t flags, padding[3];
	} area __attribute__((aligned(32)));
	struct itimerval timer = { { .tv_usec = 20000 }, { .tv_usec = 20000 } };
	void *used = &area;
	int aborted = 0, i;

	/* libc has registered its own, or we do. */
	if (syscall(SYS_rseq, &area, sizeof(area), 0, 0x53053053))
		used = (char *)__builtin_thread_pointer() + __rseq_offset;
	handle(SIGALRM, SA_RESTART);
	for (i = 0; i < 5; i++) {
		setitimer(ITIMER_REAL, &timer, NULL);
		aborted += rseq_round(used);
	}
	signal(SIGALRM, SIG_IGN);
	ktap_ok(aborted == 5, "rseq: a signal aborts, %d of 5", aborted);
}

static pthread_mutex_t *mutex;

static void lock_and_die(void)
{
	pthread_mutex_lock(mutex);
	kill(getpid(), SIGKILL);
}

static void test_robust(void)
{
	pthread_mutexattr_t attr;

	mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(mutex, &attr);
	ktap_child(lock_and_die);
	ktap_ok(pthread_mutex_lock(mutex) == EOWNERDEAD, "a robust futex tells of its owner's death");
}

/* Debian's kernels have none. */
static bool vsyscall_page(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[256];
	bool found = false;

	while (maps && fgets(line, sizeof(line), maps))
		found |= strstr(line, "[vsyscall]") != NULL;
	if (maps)
		fclose(maps);
	return found;
}

static void test_vsyscall(void)
{
	long now, from_page;

	if (!vsyscall_page()) {
		ktap_skip("time by the vsyscall page", "this kernel has none");
		return;
	}
	now = time(NULL);
	from_page = ((long (*)(long *))VSYSCALL_TIME)(NULL);
	ktap_ok(from_page - now <= 1 && from_page >= now, "time by the vsyscall page");
}

static void test_entries(void)
{
	long nr = 20;

	asm volatile("int $0x80" : "+a" (nr) : : "r8", "r9", "r10", "r11", "memory");
	ktap_ok(nr == getpid(), "getpid by int $0x80");
	test_vsyscall();
	ktap_ok(syscall(100000) == -1 && errno == ENOSYS, "an unknown number is ENOSYS");
	ktap_ok(syscall(SYS_gettimeofday, 8, 0) == -1 && errno == EFAULT, "a wrong pointer is EFAULT");
}

static void test_vdso(void)
{
	struct timespec before, vdso, after;
	int i, wrong = 0;

	for (i = 0; i < 2000; i++) {
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &before);
		clock_gettime(CLOCK_MONOTONIC, &vdso);
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &after);
		wrong += vdso.tv_sec < before.tv_sec || vdso.tv_sec > after.tv_sec;
		wrong += vdso.tv_sec == before.tv_sec && vdso.tv_nsec < before.tv_nsec;
		wrong += vdso.tv_sec == after.tv_sec && vdso.tv_nsec > after.tv_nsec;
	}
	ktap_ok(getauxval(AT_SYSINFO_EHDR) && !wrong, "the vDSO's clock agrees with the kernel's");
}

static void test_prctl(void)
{
	unsigned long data[2] = { 0x1234567890abcdef }, old, value, ret, base = (uintptr_t)data;
	char name[16];

	syscall(SYS_arch_prctl, ARCH_GET_FS, &old);
	/* No libc between the two: FS is its thread pointer. */
	asm volatile("syscall; mov %%fs:0, %[value]; mov %[old], %%rsi; mov %[set], %%edi;"
		     "mov %[nr], %%eax; syscall"
		     : [value] "=&r" (value), "=a" (ret), "+S" (base)
		     : "a" (SYS_arch_prctl), "D" (ARCH_SET_FS), [old] "r" (old),
		       [set] "i" (ARCH_SET_FS), [nr] "i" (SYS_arch_prctl)
		     : "rcx", "r11", "memory");
	ktap_ok(!ret && value == data[0], "ARCH_SET_FS");
	ret = syscall(SYS_arch_prctl, ARCH_SET_GS, data);
	if (ktap_trusted())
		ktap_ok(ret == -1UL && errno == EPERM, "ARCH_SET_GS is refused");
	else
		ktap_ok(!ret, "ARCH_SET_GS");
	ktap_ok(!prctl(PR_SET_NAME, "renamed") && !prctl(PR_GET_NAME, name) &&
		!strcmp(name, "renamed"), "prctl");
	ktap_ok(personality(ADDR_NO_RANDOMIZE) >= 0 &&
		personality(0xffffffff) == ADDR_NO_RANDOMIZE, "personality");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	test_seccomp();
	test_restart(0, "a signal ends read() with EINTR", -1);
	test_restart(SA_RESTART, "SA_RESTART takes read() up again", 1);
	test_restart_block();
	test_rseq();
	test_robust();
	test_entries();
	test_vdso();
	test_prctl();
	return ktap_end();
}
