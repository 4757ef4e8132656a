/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A system call with a known value in each register, flag and word of the red
 * zone, and what of them was not kept.
 */
#ifndef SYSCALL_STATE_H
#define SYSCALL_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MSR_LSTAR	0xc0000082
#define IF		0x200
#define ARITHMETIC	0x8d5		/* CF PF AF ZF SF OF */
#define TF		0x100
#define RED_WORDS	16

struct state {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t flags;
	uint64_t red[RED_WORDS];
};

struct state entry_in, entry_out;
extern char after_syscall[], enter_end[];
void enter(void);

/* Only moves between the flags' loading and their storing: these keep them. */
asm(".pushsection .text\n"
	"enter:\n"
	"push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
	"pushq entry_in+120(%rip)\n"
	"popfq\n"
	".set i, 0\n"
	".rept 16\n"
	"mov entry_in+128+8*i(%rip), %rax\n"
	"mov %rax, -128+8*i(%rsp)\n"
	".set i, i + 1\n"
	".endr\n"
	".set i, 0\n"
	".irp reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n"
	"mov entry_in+8*i(%rip), %\\reg\n"
	".set i, i + 1\n"
	".endr\n"
	"syscall\n"
	"after_syscall:\n"
	".set i, 0\n"
	".irp reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n"
	"mov %\\reg, entry_out+8*i(%rip)\n"
	".set i, i + 1\n"
	".endr\n"
	".set i, 0\n"
	".rept 16\n"
	"mov -128+8*i(%rsp), %rax\n"
	"mov %rax, entry_out+128+8*i(%rip)\n"
	".set i, i + 1\n"
	".endr\n"
	"pushfq\n"
	"popq entry_out+120(%rip)\n"
	"pushq $0x202\n"
	"popfq\n"
	"pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
	"ret\n"
	"enter_end:\n"
	".popsection");

/* The call with a pattern wherever there is room for one. */
static int64_t call(uint64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t flags)
{
	for (unsigned int i = 0; i < sizeof(entry_in) / 8; i++)
		((uint64_t *)&entry_in)[i] = 0x1111222233334444ULL * (i + 1);
	entry_in.rax = nr;
	entry_in.rdi = a;
	entry_in.rsi = b;
	entry_in.rdx = c;
	entry_in.flags = flags | 2;
	enter();
	return entry_out.rax;
}

/* Whoever is stepped over a pushf sees the debugger's TF. */
static bool stepped;

/* What is not as it was before the last call, or NULL. */
static const char *changed(void)
{
	static const char * const name[] = {
		"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
		"flags",
	};
	struct state want = entry_in;

	want.rax = entry_out.rax;
	/* the instruction takes these away */
	want.rcx = entry_out.rcx;
	want.r11 = entry_out.r11;
	if (stepped)
		entry_out.flags &= ~TF;
	for (unsigned int i = 0; i < sizeof(want) / 8; i++)
		if (((uint64_t *)&want)[i] != ((uint64_t *)&entry_out)[i])
			return i < sizeof(name) / sizeof(*name) ? name[i] : "red zone";
	return NULL;
}

static inline uint64_t read_lstar(void)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (MSR_LSTAR));
	return (uint64_t)high << 32 | low;
}

/* What the module says of its entry: "fast", or "stock" and why. */
static inline const char *entry_state(void)
{
	static char state[100];
	FILE *file = fopen("/sys/kernel/kml/syscalls", "r");

	if (!file || !fgets(state, sizeof(state), file))
		exit(1);
	fclose(file);
	state[strcspn(state, "\n")] = 0;
	return state;
}

#endif /* SYSCALL_STATE_H */
