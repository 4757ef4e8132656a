/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exception level of an arm64 program. At EL0 there is no instruction that
 * tells it: one that is undefined there is skipped by a handler. Without the C
 * library, which some programs do not have; threads take turns.
 */
#ifndef ARM64_EL_H
#define ARM64_EL_H

/* The kernel's structure, and numbers of its uapi that libraries rename. */
struct arm64_sigaction {
	void (*handler)(int sig, void *info, void *context);
	unsigned long flags;
	void *restorer;
	unsigned long mask;
};

#define ARM64_SA_SIGINFO	4UL
#define ARM64_SIGILL		4
#define ARM64_RT_SIGACTION	134
/* of struct ucontext: where the saved pc is */
#define ARM64_CONTEXT_PC	440

static inline void arm64_sigaction(const struct arm64_sigaction *new, struct arm64_sigaction *old)
{
	register long x0 asm("x0") = ARM64_SIGILL;
	register const void *x1 asm("x1") = new;
	register void *x2 asm("x2") = old;
	register long x3 asm("x3") = sizeof(new->mask);
	register long x8 asm("x8") = ARM64_RT_SIGACTION;

	asm volatile("svc #0" : "+r" (x0) : "r" (x1), "r" (x2), "r" (x3), "r" (x8) : "memory");
}

static inline void arm64_skip(int sig, void *info, void *context)
{
	(void)sig;
	(void)info;
	*(unsigned long *)((char *)context + ARM64_CONTEXT_PC) += 4;
}

/* 0, 1 or 2 */
static inline unsigned long ktap_current_el(void)
{
	static const struct arm64_sigaction skip = { arm64_skip, ARM64_SA_SIGINFO, 0, 0 };
	static char lock;
	struct arm64_sigaction old;
	unsigned long el;

	while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE))
		;
	arm64_sigaction(&skip, &old);
	asm volatile("mov %0, xzr\n\tmrs %0, CurrentEL" : "=r" (el));
	arm64_sigaction(&old, 0);
	__atomic_clear(&lock, __ATOMIC_RELEASE);
	return el >> 2;
}

#endif /* ARM64_EL_H */
