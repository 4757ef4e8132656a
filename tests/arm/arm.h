/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of ARM's privileged mode need: registers of the CPU, addresses of
 * the kernel, and faults that are caught.
 */
#ifndef ARM_H
#define ARM_H

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <kml/abi.h>
#include <kml/kml.h>

#define ARM_PSR_MODE 0x1f
#define ARM_PSR_IRQ_OFF 0x80
#define ARM_USER_MODE 0x10
#define ARM_SYSTEM_MODE 0x1f

/* What the last fault was, as its handler saw it. */
static struct arm_fault {
	volatile uintptr_t address;
	volatile uint32_t psr, handler_psr;
	volatile int signal, code;
} arm_fault;

static sigjmp_buf arm_back;

static inline uint32_t arm_psr(void)
{
	uint32_t psr;

	asm volatile("mrs %0, cpsr" : "=r" (psr) : : "memory");
	return psr;
}

static inline bool arm_irqs_off(void)
{
	return arm_psr() & ARM_PSR_IRQ_OFF;
}

static inline void arm_irq_disable(void)
{
	asm volatile("cpsid i" : : : "memory");
}

static inline void arm_on_fault(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	arm_fault.signal = sig;
	arm_fault.code = info->si_code;
	arm_fault.address = (uintptr_t)info->si_addr;
	arm_fault.psr = uc->uc_mcontext.arm_cpsr;
	arm_fault.handler_psr = arm_psr();
	siglongjmp(arm_back, 1);
}

static inline void arm_catch(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP };
	struct sigaction action = {
		.sa_sigaction = arm_on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	unsigned int i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* An address that the compiler does not know to be bad. */
static inline volatile void *arm_at(uintptr_t address)
{
	asm volatile("" : "+r" (address));
	return (volatile void *)address;
}

/* Do @what; the signal that it caused or 0. */
#define ARM_TRY(what) ({						\
	arm_fault.signal = 0;						\
	if (!sigsetjmp(arm_back, 1))					\
		what;							\
	arm_fault.signal;						\
})

static inline int arm_read(const volatile void *from, uint32_t *value)
{
	return ARM_TRY(*value = *(const volatile uint32_t *)from);
}

static inline int arm_write(volatile void *to, uint32_t value)
{
	return ARM_TRY(*(volatile uint32_t *)to = value);
}

static inline int arm_sctlr(uint32_t *value)
{
	return ARM_TRY(asm volatile("mrc p15, 0, %0, c1, c0, 0" : "=r" (*value)));
}

/* A kernel symbol's address, or 0. */
static inline uintptr_t arm_symbol(const char *name)
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

/* Some export with a call gate, by its stub: see KML_TO_GATE in kml-vdso/stub-arm.S. */
static inline const struct kml_export *arm_export(void)
{
	uintptr_t literal = (uintptr_t)kml_sym("msleep") + 12;

	return (const void *)(literal + *(const int32_t *)literal);
}

/* The kernel's function of that name, as a branch wants it, or 0. */
static inline uintptr_t arm_function(const char *name)
{
	uintptr_t address = arm_symbol(name);

	return address ? address | (arm_export()->target & 1) : 0;
}

/* Calls the function at @address as if it were an export. */
static inline long arm_gate_call(uintptr_t address, long a, long b, long c, long d)
{
	const struct kml_export *like = arm_export();
	struct kml_export export = *like;
	register long r0 asm("r0") = a;
	register long r1 asm("r1") = b;
	register long r2 asm("r2") = c;
	register long r3 asm("r3") = d;
	register void *ip asm("ip") = &export;

	export.target = address;
	export.stack = 0;
	export.ret = (uintptr_t)like + like->ret - (uintptr_t)&export;
	asm volatile("blx %5" : "+r" (r0), "+r" (r1), "+r" (r2), "+r" (r3), "+r" (ip)
		     : "r" ((uintptr_t)export.gate) : "lr", "cc", "memory");
	return r0;
}

/* Code where any task can run it, in the kernel. */
static inline uintptr_t arm_kernel_code(const uint32_t *code, size_t size)
{
	uintptr_t at = arm_gate_call(arm_function("execmem_alloc"), 0, size, 0, 0), line;

	if (!at)
		exit(1);
	memcpy((void *)at, code, size);
	for (line = at & ~31UL; line < at + size; line += 32)
		asm volatile("mcr p15, 0, %0, c7, c11, 1; dsb; mcr p15, 0, %0, c7, c5, 1"
			     : : "r" (line) : "memory");
	asm volatile("dsb; isb" : : : "memory");
	return at;
}

static inline void arm_kernel_free(uintptr_t code)
{
	arm_gate_call(arm_function("execmem_free"), code, 0, 0, 0);
}

#endif /* ARM_H */
