// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals: alternate stacks, nesting, restarted and interrupted calls, jumps
 * out of handlers, and a storm of timers that must not change a register. A
 * frame built or restored wrongly at kernel privilege shows as lost state.
 *
 * run: both
 * depends: cpu pages gs debug tick rt
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include "arch.h"
#include "ktap.h"

static volatile sig_atomic_t hits, depth, deepest;
static volatile uintptr_t handler_sp;
static sigjmp_buf back;
static char alt_stack[65536];

static void set_handler(int sig, void (*fn)(int), int flags)
{
	struct sigaction action = { .sa_handler = fn, .sa_flags = flags };

	sigaction(sig, &action, NULL);
}

static void set_timer(long usec)
{
	struct itimerval timer = { { 0, usec }, { 0, usec } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void count(int sig)
{
	(void)sig;
	hits++;
	handler_sp = (uintptr_t)__builtin_frame_address(0);
}

static bool on_alt_stack(void)
{
	return handler_sp - (uintptr_t)alt_stack < sizeof(alt_stack);
}

static void jump_back(int sig)
{
	count(sig);
	siglongjmp(back, 1);
}

/* The stack pointer is useless: only the alternate stack can take the frame. */
static void test_altstack(void)
{
	stack_t stack = { .ss_sp = alt_stack, .ss_size = sizeof(alt_stack) };

	ktap_ok(!sigaltstack(&stack, NULL), "sigaltstack");
	set_handler(SIGUSR1, count, SA_ONSTACK);
	raise(SIGUSR1);
	ktap_ok(hits == 1 && on_alt_stack(), "the handler runs on the alternate stack");
	set_handler(SIGSEGV, jump_back, SA_ONSTACK);
	handler_sp = 0;
	if (!sigsetjmp(back, 1))
		arch_overrun_stack();
	ktap_ok(hits == 2 && on_alt_stack(), "an overrun stack is handled on the alternate one");
	set_handler(SIGSEGV, SIG_DFL, 0);
	stack.ss_flags = SS_DISABLE;
	sigaltstack(&stack, NULL);
}

static void nest(int sig)
{
	static const int next[] = { SIGUSR1, SIGUSR2, SIGHUP, SIGTERM };

	(void)sig;
	if (++depth > deepest)
		deepest = depth;
	if (depth < 4)
		raise(next[depth]);
	depth--;
}

static void test_nested(void)
{
	set_handler(SIGUSR1, nest, 0);
	set_handler(SIGUSR2, nest, 0);
	set_handler(SIGHUP, nest, 0);
	set_handler(SIGTERM, nest, 0);
	raise(SIGUSR1);
	ktap_ok(deepest == 4 && !depth, "handlers nest");
}

static void test_storm(void)
{
	struct timespec start, now;
	unsigned long wrong = 0;

	hits = 0;
	set_handler(SIGALRM, count, SA_RESTART);
	clock_gettime(CLOCK_MONOTONIC, &start);
	set_timer(500);
	do {
		wrong |= arch_registers_wrong(100000);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9 < 1.0);
	set_timer(0);
	ktap_ok(hits > 20, "a storm of SIGALRM arrives");
	ktap_ok(!wrong, "it leaves the registers alone");
	printf("# %d signals\n", (int)hits);
}

/* A child writes after the timer went off several times. */
static void test_read(const char *what, int flags)
{
	int pipes[2], error;
	ssize_t got;
	char byte = 0;
	pid_t pid;

	hits = 0;
	if (pipe(pipes))
		exit(1);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		usleep(400000);
		_exit(write(pipes[1], "x", 1) != 1);
	}
	set_handler(SIGALRM, count, flags);
	set_timer(50000);
	got = read(pipes[0], &byte, 1);
	error = errno;
	set_timer(0);
	if (flags & SA_RESTART)
		ktap_ok(got == 1 && byte == 'x' && hits, "%s", what);
	else
		ktap_ok(got == -1 && error == EINTR && hits, "%s", what);
	waitpid(pid, NULL, 0);
	close(pipes[0]);
	close(pipes[1]);
}

static void test_longjmp(void)
{
	volatile int jumps = 0;
	sigset_t mask;

	set_handler(SIGUSR1, jump_back, 0);
	while (jumps < 1000) {
		if (!sigsetjmp(back, 1)) {
			raise(SIGUSR1);
			break;
		}
		jumps++;
	}
	sigprocmask(SIG_BLOCK, NULL, &mask);
	ktap_ok(jumps == 1000 && !sigismember(&mask, SIGUSR1), "siglongjmp out of a handler");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	test_altstack();
	test_nested();
	test_storm();
	test_read("SA_RESTART: read goes on", SA_RESTART);
	test_read("without it: EINTR", 0);
	test_longjmp();
	return ktap_end();
}
