// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of hostile_rsp.sh and hostile_fuzz.sh: an ordinary program with
 * the registers of its choosing.
 *
 *	hostile_attack idt CPU: says where the IDT is
 *	hostile_attack rsp CPU SECONDS: RSP in the IST stacks of its CPU
 *	hostile_attack fuzz CPU SECONDS SEED: everything, on the way into the kernel
 *
 * run: none
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "hostile.h"
#include "ktap.h"

#define ARCH_SET_GS	0x1001
#define ARCH_SET_FS	0x1002
#define ARCH_GET_FS	0x1003
#define USER_CS		0x33
#define USER_SS		0x2b
#define ACTIONS		16
#define ENTRY_AREA	0xfffffe0000000000

/* hostile_run() and out below know the offsets. */
static struct attack {
	uint64_t saved_rsp, fs_base;		/* 0, 8 */
	uint64_t rsp, flags, gs_base, address;	/* 16, 24, 32, 40 */
	uint64_t loops, set_gs, action;		/* 48, 56, 64 */
	uint16_t ds, es, fs, gs, ss;		/* 72, 74, 76, 78, 80 */
} attack __attribute__((used));

/* The breakpoint is on it; a selector for SS. */
static uint64_t watched __attribute__((used, aligned(8))) = USER_SS;
static volatile sig_atomic_t attacking;
static const struct hostile *hostile;
static uint64_t state;

void hostile_run(void);
extern char hostile_out[];

asm(".pushsection .text\n"
    ".globl hostile_run, hostile_out\n"
    "hostile_run:\n"
    "	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "	mov %rsp, attack(%rip)\n"
    "	lea attack(%rip), %r12\n"
    "	movzwl 72(%r12), %eax; mov %eax, %ds\n"
    "	movzwl 74(%r12), %eax; mov %eax, %es\n"
    "	movzwl 76(%r12), %eax; mov %eax, %fs\n"
    "	movzwl 78(%r12), %eax; mov %eax, %gs\n"
    "	cmpq $0, 56(%r12); je 1f\n"
    "	mov 32(%r12), %rax; wrgsbase %rax\n"
    "1:	mov 40(%r12), %rbx\n"
    "	mov 48(%r12), %rcx\n"
    "	mov 64(%r12), %rdx\n"
    "	lea actions(%rip), %rsi\n"
    "	movslq (%rsi,%rdx,4), %rdx; add %rsi, %rdx\n"
    "	movzwl 80(%r12), %eax; mov %eax, %ss\n"
    "	mov $39, %eax\n"		/* getpid; by the 32-bit ways, mpx */
    "	xor %edi, %edi; xor %esi, %esi\n"
    "	mov 16(%r12), %r13\n"
    "	push 24(%r12); popf\n"
    "	mov %r13, %rsp\n"
    "	jmp *%rdx\n"
    "a0: dec %rcx; jnz a0; jmp hostile_out\n"
    "a1: syscall; jmp hostile_out\n"
    "a2: int3; jmp hostile_out\n"
    "a3: .byte 0xf1; jmp hostile_out\n"
    "a4: ud2\n"
    "a5: int $0x80; jmp hostile_out\n"
    "a6: sysenter\n"
    "a7: push %rax; jmp hostile_out\n"
    "a8: jmp *%rbx\n"
    "a9: mov (%rbx), %rax; jmp hostile_out\n"
    "a10: mov watched(%rip), %ss; syscall; jmp hostile_out\n"
    "a11: mov watched(%rip), %ss; int3; jmp hostile_out\n"
    "a12: mov watched(%rip), %ss; int $0x80; jmp hostile_out\n"
    "a13: mov watched(%rip), %ss; sysenter\n"
    "a14: mov watched(%rip), %rax; dec %rcx; jnz a14; jmp hostile_out\n"
    "a15: int $0x20; jmp hostile_out\n"
    "hostile_out:\n"
    "	mov attack(%rip), %rsp\n"
    "	push $0x202; popf\n"
    "	mov $0x2b, %eax; mov %eax, %ss\n"
    "	xor %eax, %eax; mov %eax, %ds; mov %eax, %es; mov %eax, %fs; mov %eax, %gs\n"
    "	mov $158, %eax; mov $0x1002, %edi; mov attack+8(%rip), %rsi; syscall\n"
    "	mov $158, %eax; mov $0x1001, %edi; xor %esi, %esi; syscall\n"
    "	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "	ret\n"
    "	.balign 4\n"
    "actions:\n"
    "	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
    "	.long a\\n - actions\n"
    "	.endr\n"
    ".popsection\n");

/* Without TLS: FS is anything. Goes on where all is put right. */
static void on_signal(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)sig;
	(void)info;
	if (!attacking)
		return;
	regs[REG_RIP] = (greg_t)(uintptr_t)hostile_out;
	regs[REG_RSP] = attack.saved_rsp;
	regs[REG_EFL] = 0x202;
	regs[REG_CSGSFS] = (regs[REG_CSGSFS] & 0xffffffff0000) | USER_CS | (greg_t)USER_SS << 48;
}

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t pick_target(void)
{
	unsigned int n = hostile->count;

	return n ? hostile->target[random64() % n] : 0xffffffff81000000;
}

static uint64_t pick_address(void)
{
	switch (random64() % 8) {
	case 0:
		return random64();
	case 1:
		return 0x7fffffffff00 + random64() % 512;
	case 2:
		return random64() % 3 * 0x1000;
	case 3:
		return pick_target() + random64() % 64;
	default:
		return pick_target() - random64() % 1024 * 8;
	}
}

static uint16_t pick_selector(void)
{
	static const uint16_t selectors[] = { 0, 3, 0x10, 0x18, 0x23, 0x2b, 0x33, 0x3b, 7, 0xf, 0x17, 0x40, 0x7b, 0xfffb };

	return selectors[random64() % (sizeof(selectors) / sizeof(selectors[0]))];
}

static void pick(bool fsgsbase)
{
	static const uint16_t stacks[] = { USER_SS, USER_SS, USER_SS, 7, 0x17 };

	attack.rsp = pick_address();
	/* all flags but TF, which most of the time would end it at once */
	attack.flags = (random64() & 0x3fecd7) | 2;
	if (random64() % 4 == 0)
		attack.flags |= 0x100;
	if (random64() % 2)
		attack.flags &= ~0x4000UL;
	attack.address = pick_address();
	attack.gs_base = pick_address();
	attack.set_gs = fsgsbase && random64() % 2;
	attack.loops = 1 + random64() % 3000;
	attack.action = random64() % 3 ? random64() % ACTIONS : 0;
	attack.ds = random64() % 8 ? 0 : pick_selector();
	attack.es = random64() % 8 ? 0 : pick_selector();
	attack.fs = random64() % 4 ? 0 : pick_selector();
	attack.gs = random64() % 4 ? 0 : pick_selector();
	attack.ss = random64() % 16 ? stacks[random64() % 5] : pick_selector();
}

/* Data, code and a 16-bit stack of its own: selectors 7, 0xf and 0x17. */
static void set_ldt(void)
{
	struct user_desc desc = { .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1 };

	syscall(SYS_modify_ldt, 1, &desc, sizeof(desc));
	desc.entry_number = 1;
	desc.contents = MODIFY_LDT_CONTENTS_CODE;
	syscall(SYS_modify_ldt, 1, &desc, sizeof(desc));
	desc.entry_number = 2;
	desc.contents = MODIFY_LDT_CONTENTS_DATA;
	desc.seg_32bit = 0;
	syscall(SYS_modify_ldt, 1, &desc, sizeof(desc));
}

static bool set_breakpoint(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_RW,
		.bp_addr = (uintptr_t)&watched, .bp_len = HW_BREAKPOINT_LEN_8, .exclude_kernel = 1, .exclude_hv = 1,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) >= 0;
}

static void handle_signals(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGALRM, SIGSYS };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	static char altstack[65536];
	stack_t stack = { .ss_sp = altstack, .ss_size = sizeof(altstack) };
	struct itimerval every = { { 0, 100000 }, { 0, 100000 } };
	size_t i;

	/* one that jumps out of another's handler would leave that signal blocked */
	sigfillset(&action.sa_mask);
	sigaltstack(&stack, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	/* what returns to anywhere may run for ever there */
	setitimer(ITIMER_REAL, &every, NULL);
}

/* The IDT that is not the kernel's ends the CPU soon: say so at once. */
static int report(unsigned long attacks, uint64_t idt, uint64_t now)
{
	printf("%lu attacks, IDT at %#lx, was %#lx; RSP %#lx, action %lu\n", attacks, now, idt, attack.rsp, attack.action);
	return now != idt;
}

/* Most of the time KML's, the one that is not in the CPU's entry area. */
static uint64_t pick_stack(unsigned int cpu, unsigned long attacks)
{
	unsigned int i;

	for (i = 0; attacks % 8 && i < HOSTILE_ISTS; i++)
		if (hostile->ist[cpu][i] && hostile->ist[cpu][i] < ENTRY_AREA)
			return hostile->ist[cpu][i];
	return hostile->ist[cpu][attacks / 8 % HOSTILE_ISTS];
}

static int attack_rsp(unsigned int cpu, time_t end, uint64_t idt)
{
	unsigned long attacks;
	uint64_t now = idt;
	int i;

	for (attacks = 0; now == idt && (attacks % 64 || time(NULL) < end); attacks++) {
		attack.rsp = pick_stack(cpu, attacks) - 8 * (1 + attacks % 900);
		i = 10000;
		asm volatile("mov %%rsp, %%rbx; mov %1, %%rsp; 1: dec %0; jnz 1b; mov %%rbx, %%rsp"
			     : "+r" (i) : "r" (attack.rsp) : "rbx", "cc", "memory");
		now = hostile_idt();
	}
	return report(attacks, idt, now);
}

static int attack_fuzz(time_t end, uint64_t idt)
{
	bool fsgsbase = getauxval(AT_HWCAP2) & 2;
	unsigned long attacks;
	uint64_t now = idt;

	set_ldt();
	if (!set_breakpoint())
		puts("# no breakpoint");
	handle_signals();
	syscall(SYS_arch_prctl, ARCH_GET_FS, &attack.fs_base);
	for (attacks = 0; now == idt && (attacks % 64 || time(NULL) < end); attacks++) {
		pick(fsgsbase);
		attacking = 1;
		hostile_run();
		attacking = 0;
		now = hostile_idt();
	}
	return report(attacks, idt, now);
}

int main(int argc, char **argv)
{
	unsigned int cpu = argc > 2 ? atoi(argv[2]) : 0;
	uint64_t idt;
	cpu_set_t set;
	time_t end;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (argc < 3 || sched_setaffinity(0, sizeof(set), &set))
		return 2;
	idt = hostile_idt();
	if (!strcmp(argv[1], "idt")) {
		printf("%#lx\n", idt);
		return 0;
	}
	end = time(NULL) + (argc > 3 ? atoi(argv[3]) : 1);
	state = 0x9e3779b97f4a7c15 * (1 + (argc > 4 ? atoi(argv[4]) : 0));
	hostile = hostile_map(O_RDONLY, PROT_READ);
	if (!hostile)
		return 3;
	return strcmp(argv[1], "rsp") ? attack_fuzz(end, idt) : attack_rsp(cpu, end, idt);
}
