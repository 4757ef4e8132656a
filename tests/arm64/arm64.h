/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of arm64's privileged programs need: registers of the CPU,
 * addresses of the kernel, and faults that are caught.
 */
#ifndef ARM64_H
#define ARM64_H

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#define ARM64_PSR_I	0x80UL
/* M, and the masks of exceptions */
#define ARM64_PSR_ODD	0x3dfUL

/* What the last fault was, as its handler saw it. */
static struct arm64_fault {
	volatile uintptr_t address;
	volatile uint64_t pstate, sp;
	volatile int signal, code;
} arm64_fault;

static sigjmp_buf arm64_back;

static inline void arm64_on_fault(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	arm64_fault.signal = sig;
	arm64_fault.code = info->si_code;
	arm64_fault.address = (uintptr_t)info->si_addr;
	arm64_fault.pstate = uc->uc_mcontext.pstate;
	arm64_fault.sp = uc->uc_mcontext.sp;
	siglongjmp(arm64_back, 1);
}

/* On a stack of its own, as what faults may have none. */
static inline void arm64_catch(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP };
	static char stack[65536];
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_sigaction = arm64_on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK,
	};
	unsigned int i;

	sigaltstack(&other, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* An address that the compiler does not know to be bad. */
static inline volatile void *arm64_at(uintptr_t address)
{
	asm volatile("" : "+r" (address));
	return (volatile void *)address;
}

/* Do @what; the signal that it caused or 0. */
#define ARM64_TRY(what) ({						\
	arm64_fault.signal = 0;						\
	if (!sigsetjmp(arm64_back, 1))					\
		what;							\
	arm64_fault.signal;						\
})

static inline int arm64_read(const volatile void *from, uint32_t *value)
{
	return ARM64_TRY(*value = *(const volatile uint32_t *)from);
}

static inline int arm64_write(volatile void *to, uint32_t value)
{
	return ARM64_TRY(*(volatile uint32_t *)to = value);
}

/* Was the last fault that one, and its frame one of EL0 with exceptions on? */
static inline bool arm64_fault_was(int got, int sig, uintptr_t address)
{
	if (got == sig && arm64_fault.address == address && !(arm64_fault.pstate & ARM64_PSR_ODD))
		return true;
	printf("# signal %d at %#lx, PSTATE %#lx\n", got, (unsigned long)arm64_fault.address,
	       (unsigned long)arm64_fault.pstate);
	return false;
}

/* A kernel symbol's address, or 0. */
static inline uintptr_t arm64_symbol(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], found[256];
	unsigned long address;
	uintptr_t result = 0;

	while (file && !result && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx %*c %255s", &address, found) == 2 &&
		    !strcmp(found, name))
			result = address;
	if (file)
		fclose(file);
	return result;
}

#endif /* ARM64_H */
