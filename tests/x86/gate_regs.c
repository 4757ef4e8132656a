// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gates keep what the C ABI promises: callee-saved registers, RSP and the
 * direction flag, and the interrupt flag besides; and the vector registers of
 * whom they interrupt. A frame that is completed too late, or an exit without
 * the reload of the FPU, loses them when the call sleeps or is preempted.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug tick
 */
#include <stdint.h>
#include <time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"
#include "hogs.h"

#define SECONDS 2
#define FLAG_IF 0x200
#define FLAG_DF 0x400

/*
 * check_call(fn, arg, flags): call @fn with @flags and a pattern in each
 * callee-saved register: which of them changed.
 */
asm(".pushsection .text\n"
    ".globl check_call\n"
    "check_call:\n"
    "	push %rbx\n"
    "	push %rbp\n"
    "	push %r12\n"
    "	push %r13\n"
    "	push %r14\n"
    "	push %r15\n"
    "	sub $24, %rsp\n"
    "	mov %rdx, 8(%rsp)\n"
    "	mov %rsp, check_rsp(%rip)\n"
    "	mov %rdi, %rax\n"
    "	mov %rsi, %rdi\n"
    "	movabs $0x0123456789abcdef, %rbx\n"
    "	lea 1(%rbx), %rbp\n"
    "	lea 2(%rbx), %r12\n"
    "	lea 3(%rbx), %r13\n"
    "	lea 4(%rbx), %r14\n"
    "	lea 5(%rbx), %r15\n"
    "	push %rdx\n"
    "	popfq\n"
    "	call *%rax\n"
    "	pushfq\n"
    "	pop %rcx\n"
    "	sti\n"
    "	cld\n"
    "	mov %rax, check_result(%rip)\n"
    "	xor %eax, %eax\n"
    "	movabs $0x0123456789abcdef, %rdx\n"
    ".irp reg, %rbx, %rbp, %r12, %r13, %r14, %r15\n"
    "	cmp \\reg, %rdx\n"
    "	je 1f\n"
    "	or $1, %eax\n"
    "1:	shl $1, %eax\n"
    "	inc %rdx\n"
    ".endr\n"
    "	cmp %rsp, check_rsp(%rip)\n"
    "	je 1f\n"
    "	or $1, %eax\n"
    "1:	shl $1, %eax\n"
    "	mov check_rsp(%rip), %rsp\n"
    "	xor 8(%rsp), %rcx\n"
    "	test $0x600, %ecx\n"
    "	jz 1f\n"
    "	or $1, %eax\n"
    "1:	add $24, %rsp\n"
    "	pop %r15\n"
    "	pop %r14\n"
    "	pop %r13\n"
    "	pop %r12\n"
    "	pop %rbp\n"
    "	pop %rbx\n"
    "	ret\n"
    ".popsection\n");
unsigned int check_call(void *fn, long arg, unsigned long flags);
uint64_t check_rsp __attribute__((used)), check_result __attribute__((used));

#define EACH_XMM "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15"

/* Which vector registers are others after @fn, asleep in between. */
#define VECTORS(name, target_, load, store, reg)				\
static __attribute__((target(target_))) unsigned int name(void *fn, long arg)	\
{										\
	static uint8_t in[16][32], out[16][32];					\
	unsigned int i, j, wrong = 0;						\
										\
	for (i = 0; i < 16; i++)						\
		for (j = 0; j < 32; j++)					\
			in[i][j] = out[i][j] = 0x80 + i * 7 + j;		\
	asm volatile("sub $256, %%rsp\n"					\
		     ".irp n, " EACH_XMM "\n"					\
		     load " 32 * \\n(%[in]), %%" reg "\\n\n"			\
		     ".endr\n"							\
		     "call *%[fn]\n"						\
		     ".irp n, " EACH_XMM "\n"					\
		     store " %%" reg "\\n, 32 * \\n(%[out])\n"			\
		     ".endr\n"							\
		     "add $256, %%rsp\n"					\
		     : "+D" (arg)						\
		     : [in] "b" (in), [out] "r" (out), [fn] "r" (fn)		\
		     : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11",	\
		       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",	\
		       "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",	\
		       "xmm13", "xmm14", "xmm15", "cc", "memory");		\
	for (i = 0; i < 16; i++)						\
		wrong |= (unsigned int)!!memcmp(in[i], out[i], 32) << i;	\
	return wrong;								\
}

VECTORS(vectors_sse, "sse2", "movdqu", "movdqu", "xmm")
VECTORS(vectors_avx, "avx", "vmovdqu", "vmovdqu", "ymm")

/* The names of exports, of both kinds of gate, with an argument. */
static const struct call {
	const char *name;
	long arg;
} calls[] = {
	{ "sched_clock", 0 },
	{ "msleep", 1 },
	{ "sys_getppid", 0 },
	{ "sys_sched_yield", 0 },
	{ "sys_close", -1 },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

static unsigned int all_calls(unsigned long flags)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < CALLS; i++)
		wrong |= check_call(kml_sym(calls[i].name), calls[i].arg, flags);
	return wrong;
}

static unsigned int all_vectors(void)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < CALLS; i++) {
		wrong |= vectors_sse(kml_sym(calls[i].name), calls[i].arg);
		if (__builtin_cpu_supports("avx"))
			wrong |= vectors_avx(kml_sym(calls[i].name), calls[i].arg);
	}
	return wrong;
}

static void quiet(void)
{
	unsigned int i, wrong;

	for (i = 0; i < CALLS; i++) {
		wrong = check_call(kml_sym(calls[i].name), calls[i].arg, FLAG_IF | 2);
		ktap_ok(!wrong, "%s keeps the registers (changed: %#x)", calls[i].name, wrong);
	}
	check_call(kml_sym("sys_getppid"), 0, FLAG_IF | 2);
	ktap_ok(check_result == (uint64_t)getppid(), "the result is right");
	wrong = check_call(kml_sym("sched_clock"), 0, FLAG_IF | FLAG_DF | 2) |
		check_call(kml_sym("sys_close"), -1, FLAG_IF | FLAG_DF | 2);
	ktap_ok(!wrong, "with the direction flag set, too (changed: %#x)", wrong);
	wrong = all_vectors();
	ktap_ok(!wrong, "vector registers are kept (changed: %#x)", wrong);
}

int main(void)
{
	unsigned int wrong = 0, vectors = 0, rounds = 0;
	struct timespec start, now;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	quiet();
	ktap_ok(hogs_start(), "timer and hogs are running");
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		wrong |= all_calls(FLAG_IF | 2);
		vectors |= all_vectors();
		rounds++;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec <= SECONDS);
	ktap_ok(!wrong, "%u rounds: registers are kept (changed: %#x)", rounds, wrong);
	ktap_ok(!vectors, "and vector registers (changed: %#x)", vectors);
	ktap_ok(hogs_stop(), "the hogs are alive");
	ktap_ok(hogs_alarms > 10, "%d signals arrived", (int)hogs_alarms);
	return ktap_end();
}
