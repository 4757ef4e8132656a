// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program in ARM state with functions in Thumb state: system calls, faults
 * and signals leave the T bit of each as it was. The common tests are Thumb-2.
 *
 * build: arm
 * run: both
 * depends: cpu pages debug
 */
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "arm.h"
#include "ktap.h"

#define T_BIT 0x20

static volatile sig_atomic_t hits;
static volatile uint32_t hit_psr;

/* getppid by swi in the state that the function has, and that state. */
#define STATE(name, state)						\
__attribute__((noipa, target(state)))					\
static long name##_getppid(void)					\
{									\
	register long nr asm("r4") = SYS_getppid;			\
	register long ret asm("r0");					\
									\
	asm volatile("push {r7}; mov r7, %1; svc #0; pop {r7}"		\
		     : "=r" (ret) : "r" (nr) : "memory");		\
	return ret;							\
}									\
									\
__attribute__((noipa, target(state)))					\
static void name##_udf(void)						\
{									\
	asm volatile("udf #0");						\
}									\
									\
__attribute__((noipa, target(state)))					\
static int name##_load(volatile int *from)				\
{									\
	return *from;							\
}									\
									\
__attribute__((noipa, target(state)))					\
static void name##_wait(void)						\
{									\
	int before = hits;						\
									\
	while (hits == before)						\
		;							\
}									\
									\
__attribute__((noipa, target(state)))					\
static void name##_handler(int sig, siginfo_t *info, void *context)	\
{									\
	ucontext_t *uc = context;					\
									\
	(void)sig;							\
	(void)info;							\
	hit_psr = uc->uc_mcontext.arm_cpsr;				\
	hits++;								\
}									\
									\
static void name##_test(void (*handler)(int, siginfo_t *, void *),	\
			uint32_t t)					\
{									\
	struct sigaction action = {					\
		.sa_sigaction = handler, .sa_flags = SA_SIGINFO,	\
	};								\
									\
	ktap_ok(name##_getppid() == getppid(), #name ": swi");		\
	ktap_ok(ARM_TRY(name##_udf()) == SIGILL &&			\
		(arm_fault.psr & T_BIT) == t, #name ": SIGILL");	\
	ktap_ok(arm_fault.address == ((uintptr_t)name##_udf & -2UL),	\
		#name ": at its address");				\
	ktap_ok(ARM_TRY(name##_load(arm_at(16))) == SIGSEGV &&		\
		(arm_fault.psr & T_BIT) == t, #name ": SIGSEGV");	\
	sigaction(SIGALRM, &action, NULL);				\
	ualarm(20000, 20000);						\
	name##_wait();							\
	ualarm(0, 0);							\
	ktap_ok((hit_psr & (T_BIT | ARM_PSR_MODE)) ==			\
		(t | ARM_USER_MODE), #name ": interrupted by a signal");\
}

STATE(arm, "arm")
STATE(thumb, "thumb")

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	arm_catch();
	arm_test(thumb_handler, 0);
	arm_test(arm_handler, 0);
	thumb_test(arm_handler, T_BIT);
	thumb_test(thumb_handler, T_BIT);
	return ktap_end();
}
