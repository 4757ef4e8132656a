// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program does wrong ends in a signal with the right code, address and
 * instruction, also at kernel privilege: where it would otherwise be an oops
 * or, as the CPU pushes onto the stack in use, a double fault.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

#include "ktap.h"

#define NON_CANONICAL	0x8000000000001000UL
#define UNMAPPED	0x10000UL
#define KERNEL_GARBAGE	0xffffffffff400008UL	/* no mapping there, ever */

static sigjmp_buf back;
static volatile siginfo_t got;
static volatile uintptr_t got_ip;
static volatile unsigned int got_cs, got_ss;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uint64_t selectors = uc->uc_mcontext.gregs[REG_CSGSFS];

	(void)sig;
	got = *info;
	got_ip = uc->uc_mcontext.gregs[REG_RIP];
	got_cs = selectors & 0xffff;
	got_ss = selectors >> 48;
	siglongjmp(back, 1);
}

/* The instruction at label @at_<name> must raise the signal. */
#define FAULTING(name, code)					\
	asm(".pushsection .text\n"				\
	    ".globl do_" #name ", at_" #name "\n"		\
	    "do_" #name ":\n" code "\n	ret\n"			\
	    ".popsection\n");					\
	void do_##name(uintptr_t arg);				\
	extern char at_##name[]

FAULTING(load, "at_load: mov (%rdi), %eax");
FAULTING(store, "at_store: movl $1, (%rdi)");
FAULTING(int3, "int3\nat_int3:");
FAULTING(ud2, "at_ud2: ud2");
FAULTING(divide, "xor %ecx, %ecx\n	xor %edx, %edx\n	mov $1, %eax\nat_divide: div %ecx");
FAULTING(jump, "at_jump: jmp *%rdi");

static void expect(const char *what, void (*fn)(uintptr_t), uintptr_t arg,
		   int sig, int code, uintptr_t address, uintptr_t ip)
{
	bool good;

	memset((void *)&got, 0, sizeof(got));
	if (!sigsetjmp(back, 1)) {
		fn(arg);
		ktap_ok(false, "%s: no signal", what);
		return;
	}
	/* Of a jump to nowhere, some CPUs save the jump, some its target. */
	good = got.si_signo == sig && got.si_code == code &&
	       (got_ip == ip || (fn == do_jump && got_ip == arg)) &&
	       (uintptr_t)got.si_addr == address;
	/* No selector that says kernel may be shown. */
	good = good && got_cs == 0x33 && got_ss == 0x2b;
	if (!ktap_ok(good, "%s", what))
		printf("# signal %d code %d address %p ip %#lx cs %#x ss %#x\n",
		       got.si_signo, got.si_code, got.si_addr, got_ip, got_cs, got_ss);
}

static void test_signals(void)
{
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	data[0] = 0xc3;
	expect("read of NULL", do_load, 0, SIGSEGV, SEGV_MAPERR, 0, (uintptr_t)at_load);
	expect("write to an unmapped page", do_store, UNMAPPED, SIGSEGV, SEGV_MAPERR,
	       UNMAPPED, (uintptr_t)at_store);
	expect("write to a read-only page", do_store, (uintptr_t)page, SIGSEGV, SEGV_ACCERR,
	       (uintptr_t)page, (uintptr_t)at_store);
	expect("write to own text", do_store, (uintptr_t)at_load, SIGSEGV, SEGV_ACCERR,
	       (uintptr_t)at_load, (uintptr_t)at_store);
	expect("non-canonical read", do_load, NON_CANONICAL, SIGSEGV, SI_KERNEL, 0,
	       (uintptr_t)at_load);
	expect("read of an unmapped kernel address", do_load, KERNEL_GARBAGE, SIGSEGV,
	       SEGV_MAPERR, KERNEL_GARBAGE, (uintptr_t)at_load);
	expect("int3", do_int3, 0, SIGTRAP, SI_KERNEL, 0, (uintptr_t)at_int3);
	expect("ud2", do_ud2, 0, SIGILL, ILL_ILLOPN, (uintptr_t)at_ud2, (uintptr_t)at_ud2);
	expect("division by zero", do_divide, 0, SIGFPE, FPE_INTDIV, (uintptr_t)at_divide,
	       (uintptr_t)at_divide);
	expect("jump to NULL", do_jump, 0, SIGSEGV, SEGV_MAPERR, 0, 0);
	expect("jump to an unmapped page", do_jump, UNMAPPED, SIGSEGV, SEGV_MAPERR,
	       UNMAPPED, UNMAPPED);
	expect("jump to a page without PROT_EXEC", do_jump, (uintptr_t)data, SIGSEGV,
	       SEGV_ACCERR, (uintptr_t)data, (uintptr_t)data);
	expect("jump to a non-canonical address", do_jump, NON_CANONICAL, SIGSEGV, SI_KERNEL,
	       0, (uintptr_t)at_jump);
	expect("jump to a kernel address without code", do_jump, KERNEL_GARBAGE, SIGSEGV,
	       SEGV_MAPERR, KERNEL_GARBAGE, KERNEL_GARBAGE);
	munmap(page, 4096);
	munmap(data, 4096);
}

/* Children with a stack pointer on which nothing can be pushed. */
static uintptr_t wild;

static void wild_load(void)
{
	asm volatile("mov %0, %%rsp; mov (0), %%eax" : : "r" (wild) : "rax");
}

static void wild_push(void)
{
	asm volatile("mov %0, %%rsp; push %%rax" : : "r" (wild));
}

static void wild_trap(void)
{
	asm volatile("mov %0, %%rsp; ud2" : : "r" (wild));
}

/* Timer interrupts and preemption find the wild stack pointer, then the trap. */
static void wild_spin(void)
{
	asm volatile("mov %0, %%rsp; mov $60000000, %%ecx; 1: dec %%ecx; jnz 1b; ud2"
		     : : "r" (wild) : "rcx");
}

static void wild_syscall(void)
{
	asm volatile("mov %0, %%rsp; mov $110, %%eax; syscall; mov $60, %%eax;"
		     "mov $77, %%edi; syscall" : : "r" (wild) : "rax", "rcx", "r11");
}

static bool killed(int status, int sig)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == sig)
		return true;
	printf("# wait status %#x\n", status);
	return false;
}

static void test_stack(const char *what, uintptr_t stack)
{
	int push;

	wild = stack;
	ktap_ok(killed(ktap_child(wild_load), SIGSEGV), "%s stack: a fault kills", what);
	push = ktap_child(wild_push);
	ktap_ok(killed(push, SIGSEGV) || killed(push, SIGBUS), "%s stack: a push kills", what);
	/* The handler's frame cannot be written: SIGSEGV instead. */
	ktap_ok(killed(ktap_child(wild_trap), SIGSEGV), "%s stack: ud2 kills", what);
	ktap_ok(killed(ktap_child(wild_spin), SIGSEGV), "%s stack: interrupts are taken", what);
	ktap_ok(ktap_child(wild_syscall) == 77 << 8, "%s stack: system calls work", what);
}

int main(void)
{
	struct sigaction action = {
		.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	int signals[] = { SIGSEGV, SIGBUS, SIGTRAP, SIGILL, SIGFPE };
	size_t i;

	ktap_start();
	ktap_check_privilege();
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
	test_signals();
	test_stack("NULL", 0);
	test_stack("unmapped", UNMAPPED);
	test_stack("non-canonical", NON_CANONICAL);
	test_stack("kernel-half", KERNEL_GARBAGE);
	return ktap_end();
}
