/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program sees of a gated function that met a bad pointer: a signal
 * when the function is over. Shared by the tests of gates and memory.
 */
#ifndef GATE_BAD_H
#define GATE_BAD_H

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>

#include "ktap.h"

struct bad {
	int sig, code;
	uintptr_t address;
};

static volatile struct bad bad_got;
static volatile sig_atomic_t bad_count;
/* Does the handler leave the call for good, or go on behind it? */
static volatile bool bad_jumps;
static sigjmp_buf bad_back;

static inline void bad_handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	bad_got.sig = sig;
	bad_got.code = info->si_code;
	bad_got.address = (uintptr_t)info->si_addr;
	/* a fault that comes back for ever is the harness's timeout, not ours */
	bad_count++;
	if (bad_jumps)
		siglongjmp(bad_back, 1);
}

static inline void bad_handle(void)
{
	struct sigaction action = { .sa_sigaction = bad_handler, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* The signal that @call(@p) ends in, 0 for none; the handler jumps. */
static inline int bad_call(void (*call)(char *p), char *p)
{
	bad_count = 0;
	bad_got.sig = 0;
	bad_jumps = true;
	if (!sigsetjmp(bad_back, 1))
		call(p);
	bad_jumps = false;
	return bad_got.sig;
}

#endif /* GATE_BAD_H */
