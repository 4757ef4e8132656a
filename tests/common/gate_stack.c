// SPDX-License-Identifier: GPL-2.0-only
/*
 * A gated function is handed memory of the program that grows when it is
 * touched: the stack, as far as RLIMIT_STACK, and what is behind the data.
 * Beyond the limit it is a bad pointer, which was an oops.
 *
 * link: kml
 */
#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "gate_bad.h"

#define MB (1UL << 20)

static char zeros[4 << 20];
static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static char *below(unsigned long distance)
{
	return (char *)(((uintptr_t)__builtin_frame_address(0) - distance) & ~15UL);
}

static int changed(const char *p, size_t len)
{
	int n = 0;

	while (len--)
		n += !!*p++;
	return n;
}

static void test_growth(void)
{
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } }, never = { };
	unsigned long at, wrong = 0;
	char *p, *copy;

	setitimer(ITIMER_REAL, &every, NULL);
	for (at = MB / 2; at < 6 * MB; at += MB / 16) {
		p = below(at);
		get_random_bytes(p, 64);
		wrong += changed(p, 64) < 32;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	ktap_ok(!wrong && !bad_count, "the stack grows: %lu wrong, %d signals, %d alarms", wrong, (int)bad_count, (int)alarms);
	copy = kmemdup(below(7 * MB), 64, GFP_KERNEL);
	ktap_ok(copy && !bad_count, "and so by a read");
	kfree(copy);
}

static void test_zeros(void)
{
	char *copy = kmemdup(zeros + MB, 64, GFP_KERNEL);

	ktap_ok(copy && !changed(copy, 64), "a read of untouched data");
	kfree(copy);
	get_random_bytes(zeros + 2 * MB - 32, 64);
	ktap_ok(changed(zeros + 2 * MB - 32, 64) > 32 && !changed(zeros, 2 * MB - 32), "a write to untouched data");
}

static void call_random(char *p)
{
	get_random_bytes(p, 16);
}

static void test_limit(void)
{
	struct rlimit limit;
	char *p = below(64 * MB);
	int sig;

	getrlimit(RLIMIT_STACK, &limit);
	if (limit.rlim_cur > 32 * MB) {
		ktap_skip("RLIMIT_STACK", "the limit was lifted");
		return;
	}
	sig = bad_call(call_random, p);
	ktap_ok(sig == SIGSEGV && bad_count == 1 && bad_got.code == SEGV_MAPERR && bad_got.address - (uintptr_t)p < 16,
		"beyond RLIMIT_STACK: signal %d, code %d, address %#lx of %p", sig, bad_got.code,
		(unsigned long)bad_got.address, p);
	p = below(100000);
	get_random_bytes(p, 64);
	ktap_ok(changed(p, 64) > 32, "and the stack is the program's again");
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	bad_handle();
	sigaction(SIGALRM, &action, NULL);
	test_growth();
	test_zeros();
	test_limit();
	return ktap_end();
}
