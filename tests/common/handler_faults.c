// SPDX-License-Identifier: GPL-2.0-only
/*
 * A handler that faults, or does what it must not, is abandoned: its process
 * gets the signal that a thread would have got, with the right address, and
 * nobody else notices.
 *
 * link: kml
 * depends: cpu pages gs debug tick rt
 * timeout: 120
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "handler.h"
#include "kallsyms.h"
#include "ktap.h"

/* What no configuration of the tests maps, in the kernel's half. */
#define HOLE		ARCH_BAD_POINTER

static volatile int seen, seen_code;
static void *volatile seen_addr;

extern HIDDEN char undefined_here[], sleep_here[], syscall_here[];

static KML_HANDLER uint32_t fault_read(void *arg, __u64 value)
{
	(void)value;
	return *(volatile char *)arg;
}

static KML_HANDLER uint32_t fault_write(void *arg, __u64 value)
{
	*(volatile char *)arg = value;
	return 0;
}

static KML_HANDLER uint32_t fault_jump(void *arg, __u64 value)
{
	ARCH_CALL(arg);
	return value;
}

static KML_HANDLER uint32_t fault_undefined(void *arg, __u64 value)
{
	(void)arg;
	asm volatile("undefined_here: " ARCH_UNDEFINED);
	return value;
}

static KML_HANDLER __attribute__((noinline)) uint32_t deeper(volatile char *above, __u64 value)
{
	volatile char here[256];

	here[0] = above[0];
	return (value ? deeper(here, value + 1) : 0) + here[0];
}

/* Where its stack began */
static volatile unsigned long stack_top;

static KML_HANDLER uint32_t fault_recurse(void *arg, __u64 value)
{
	char c = (long)arg;

	stack_top = (unsigned long)&c;
	return deeper(&c, value);
}

static KML_HANDLER uint32_t fault_sleep(void *arg, __u64 value)
{
	(void)arg;
	msleep(1);
	asm volatile("sleep_here:");
	return value;
}

static KML_HANDLER uint32_t fault_gated_syscall(void *arg, __u64 value)
{
	(void)arg;
	sys_getppid();
	return value;
}

static KML_HANDLER uint32_t fault_syscall(void *arg, __u64 value)
{
	long ret = ARCH_GETPID;

	(void)arg;
	ARCH_SYSCALL(ret);
	return value + ret;
}

/* Bad pointers to what it may call; a clock's function in the image. */
static KML_HANDLER uint32_t fault_leaf(void *arg, __u64 value)
{
	ktime_get_ts64(arg);
	return value;
}

static KML_HANDLER uint32_t fault_endless(void *arg, __u64 value)
{
	(void)value;
	for (;;)
		asm volatile(ARCH_PAUSE : : "r" (arg));
	return 0;
}

/* Not a fault: all of it is put right. */
static KML_HANDLER uint32_t leaves_flags(void *arg, __u64 value)
{
	(void)arg, (void)value;
	asm volatile(ARCH_BAD_FLAGS);
	return KML_HANDLER_WAKE;
}

static void got(int sig, siginfo_t *info, void *context)
{
	(void)context;
	seen_code = info->si_code;
	seen_addr = info->si_addr;
	seen = sig;
}

static struct expect e;
/* Until the timer expires: the CPU may be busy with its start, still. */
static uint64_t delay = MS;

static void child_gets(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGXCPU };
	struct sigaction sa = { .sa_sigaction = got, .sa_flags = SA_SIGINFO };
	uint64_t end;
	unsigned int i;
	long ret;
	int id;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &sa, NULL);
	if (!lock_memory())
		_exit(2);
	id = kml_timer_start(e.handler, e.arg, now() + delay, MS, 0);
	if (id < 0)
		_exit(3);
	end = now() + 10 * SECOND;
	/* the signal may be first */
	do
		ret = kml_timer_wait(id, 10 * SECOND);
	while (ret == -EINTR && now() < end);
	if (ret != -ECANCELED) {
		printf("# wait: %ld\n", ret);
		_exit(4);
	}
	while (!seen && now() < end)
		usleep(1000);
	if (seen != e.signal || seen_code != e.code || (!e.any_addr && seen_addr != e.addr)) {
		printf("# signal %d, code %d, address %p\n", seen, seen_code, seen_addr);
		_exit(5);
	}
	if (kml_timer_stop(id))
		_exit(6);
}

static void child(void)
{
	child_gets();
	_exit(0);
}

static void check_fault(const struct expect *expected)
{
	int status;

	e = *expected;
	status = ktap_child(child);
	ktap_ok(status == 0, "%s: signal %d, the address is right (%#x)", e.what, e.signal, status);
}

static void check(const char *what, kml_handler_t handler, void *arg, int signal, int code, void *addr, bool any)
{
	check_fault(&(struct expect){ what, handler, arg, signal, code, addr, any });
}

/* Somebody for the interrupt to hit, who uses his thread's own data. */
static __thread volatile unsigned long mine = 0x5a5a5a5a;
static bool busy;

/* Or where it is would be found once. */
static __attribute__((noipa)) bool still_mine(void)
{
	return mine == 0x5a5a5a5a;
}

static pid_t spinner(void)
{
	uint64_t end = now() + 300 * MS;
	pid_t pid = fork();

	while (!pid && now() < end)
		if (!still_mine())
			_exit(1);
	if (!pid)
		_exit(0);
	return pid;
}

/*
 * An endless recursion ends where its stack ends, and has written to nothing
 * that is below. On the first CPU the interrupt finds the only idle task whose
 * stack no guard page protects.
 */
static void recursion(void)
{
	cpu_set_t first;
	pid_t pid = 0;
	int status;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		_exit(7);
	delay = 50 * MS;
	if (busy)
		pid = spinner();
	child_gets();
	if (busy && (waitpid(pid, &status, 0) != pid || status)) {
		printf("# who was interrupted: %#x\n", status);
		_exit(9);
	}
	if (stack_top - (unsigned long)seen_addr > ARCH_STACK_MAX) {
		printf("# from %#lx to %p\n", stack_top, seen_addr);
		_exit(8);
	}
	_exit(0);
}

/* A signal that nobody takes ends the process, as that of a thread would. */
static void untaken(void)
{
	sigset_t all;

	if (e.any_addr) {
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
	} else if (e.signal) {
		signal(e.signal, SIG_IGN);
	}
	if (!lock_memory() || kml_timer_start(e.handler, e.arg, now() + MS, MS, 0) < 0)
		_exit(2);
	for (;;)
		pause();
}

static void bystanders(void)
{
	int id = kml_timer_start(leaves_flags, NULL, now() + MS, MS, 0), n = 0;

	while (n < 100 && kml_timer_wait(id, SECOND) > 0)
		n++;
	ktap_ok(n == 100, "flags that a handler leaves behind are put right");
	kml_timer_stop(id);
}

int main(void)
{
	char *page, *hole;
	void *heap, *text;
	int status;

	ktap_start();
	ktap_check_privilege();
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	hole = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(hole, 4096);
	heap = kzalloc(64, GFP_KERNEL);
	text = (void *)kallsyms_address("_stext");

	check("read of the zero page", fault_read, (void *)0x18, SIGSEGV, SEGV_MAPERR, (void *)0x18, false);
	check("read of what is not mapped", fault_read, hole + 5, SIGSEGV, SEGV_MAPERR, hole + 5, false);
	check("write of what is not mapped", fault_write, hole + 5, SIGSEGV, SEGV_MAPERR, hole + 5, false);
	check("write of what is read only", fault_write, page + 7, SIGSEGV, SEGV_ACCERR, page + 7, false);
	check("read of a hole in the kernel's half", fault_read, (void *)HOLE, SIGSEGV, SEGV_MAPERR, (void *)HOLE, false);
	check("write of the kernel's text", fault_write, text, SIGSEGV, SEGV_ACCERR, text, false);
	check("jump to the zero page", fault_jump, (void *)0x18, SIGSEGV, SEGV_MAPERR, (void *)0x18, false);
	check("jump to what is not mapped", fault_jump, hole, SIGSEGV, SEGV_MAPERR, hole, false);
	check("jump to data", fault_jump, page, SIGSEGV, SEGV_ACCERR, page, false);
	check("jump to data of the kernel", fault_jump, heap, SIGSEGV, SEGV_ACCERR, heap, false);
	check("jump to a hole in the kernel's half", fault_jump, (void *)HOLE, SIGSEGV, SEGV_MAPERR, (void *)HOLE, false);
	check("an undefined instruction", fault_undefined, NULL, SIGILL, ARCH_UNDEFINED_CODE, undefined_here, false);
	arch_faults(check_fault, fault_read, fault_jump, fault_leaf);
	check("endless recursion", fault_recurse, NULL, SIGSEGV, SEGV_MAPERR, NULL, true);
	e = (struct expect){ NULL, fault_recurse, NULL, SIGSEGV, SEGV_MAPERR, NULL, true };
	status = ktap_child(recursion);
	ktap_ok(status == 0, "it ends where the stack ends, also on a CPU that is idle (%#x)", status);
	busy = true;
	status = ktap_child(recursion);
	ktap_ok(status == 0, "and on one that is not, which goes on with what it did (%#x)", status);
	check("a call that may sleep", fault_sleep, NULL, SIGSYS, SI_KERNEL, sleep_here, false);
	check("a system call by gate", fault_gated_syscall, NULL, SIGSYS, SI_KERNEL, NULL, true);
	check("a system call", fault_syscall, NULL, SIGSYS, SI_KERNEL, syscall_here, false);
	check("a bad pointer in a call", fault_leaf, hole, SIGSEGV, SEGV_MAPERR, hole, false);
	check("no end", fault_endless, NULL, SIGXCPU, SI_KERNEL, NULL, true);

	e = (struct expect) { .handler = fault_undefined };
	status = ktap_child(untaken);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGILL, "a signal without a handler ends the process");
	e = (struct expect) { .handler = fault_undefined, .signal = SIGILL };
	status = ktap_child(untaken);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "as does one that is ignored");
	e = (struct expect) { .handler = fault_undefined, .any_addr = true };
	status = ktap_child(untaken);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "and one that is blocked");

	if (ktap_ok(lock_memory(), "memory is locked"))
		bystanders();
	kfree(heap);
	return ktap_end();
}
