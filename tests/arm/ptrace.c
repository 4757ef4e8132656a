// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a debugger does to a program: breakpoints that it writes into the code,
 * registers that it reads and sets, single calls, memory. It sees USER mode at
 * any privilege, and cannot set another mode; the mode is as before afterwards.
 *
 * run: both
 * depends: cpu pages debug
 */
#define _GNU_SOURCE
#include <errno.h>
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "arm.h"
#include "ktap.h"

/* What gdb writes over ARM and Thumb code. */
#define BREAK_ARM 0xe7f001f0
#define BREAK_THUMB 0xde01

static pid_t child;
static struct user_regs regs;
static volatile int seen;

__attribute__((noipa, target("thumb")))
static int in_thumb(int value)
{
	seen += value;
	return value + 1;
}

__attribute__((noipa, target("arm")))
static int in_arm(int value)
{
	seen += value;
	return value + 2;
}

static void traced(void)
{
	int sum;

	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	sum = in_thumb(10) + in_arm(20);
	raise(SIGSTOP);
	_exit(sum == 33 + 100 ? 40 + ktap_cpl() : 1);
}

static bool stopped_by(int sig)
{
	int status;

	return waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
		WSTOPSIG(status) == sig && !ptrace(PTRACE_GETREGS, child, 0, &regs);
}

static bool user_psr(void)
{
	return (regs.uregs[16] & (ARM_PSR_MODE | ARM_PSR_IRQ_OFF)) == ARM_USER_MODE;
}

static long peek(uintptr_t at)
{
	return ptrace(PTRACE_PEEKTEXT, child, (void *)at, 0);
}

/* Continue to a breakpoint at @function, and put the code back. */
static void test_breakpoint(const char *what, void *function, bool thumb)
{
	uintptr_t at = (uintptr_t)function & -2UL, word = at & -4UL;
	unsigned long old, code;

	old = peek(word);
	if (!thumb)
		code = BREAK_ARM;
	else if (at & 2)
		code = (old & 0xffff) | BREAK_THUMB << 16;
	else
		code = (old & 0xffff0000) | BREAK_THUMB;
	ktap_ok(!ptrace(PTRACE_POKETEXT, child, (void *)word, (void *)code) &&
		(unsigned long)peek(word) == code, "%s: code is written", what);
	ptrace(PTRACE_CONT, child, 0, 0);
	ktap_ok(stopped_by(SIGTRAP) && regs.uregs[15] == at, "%s: stops at %#lx, is at %#lx",
		what, (unsigned long)at, regs.uregs[15]);
	ktap_ok(user_psr() && !(regs.uregs[16] & 0x20) == !thumb, "%s: with a PSR of %#lx",
		what, regs.uregs[16]);
	ptrace(PTRACE_POKETEXT, child, (void *)word, (void *)old);
}

/* Refused, or without effect. */
static void test_mode(void)
{
	static const unsigned long modes[] = { 0x1f, 0x13, 0x9f };
	unsigned long psr = regs.uregs[16];
	unsigned int i;
	int ret;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		regs.uregs[16] = (psr & -256UL) | (psr & 0x20) | modes[i];
		ret = ptrace(PTRACE_SETREGS, child, 0, &regs);
		ptrace(PTRACE_GETREGS, child, 0, &regs);
		ktap_ok(user_psr(), "a PSR of %#lx cannot be set: %s", modes[i],
			ret ? strerror(errno) : "ignored");
	}
	regs.uregs[16] = psr;
	ktap_ok(!ptrace(PTRACE_SETREGS, child, 0, &regs), "the old one can");
}

static void test_memory(void)
{
	struct iovec local = { &(int){ 0 }, sizeof(int) };
	struct iovec remote = { (void *)&seen, sizeof(int) };

	ktap_ok(process_vm_readv(child, &local, 1, &remote, 1, 0) == sizeof(int) &&
		*(int *)local.iov_base == 130, "its memory is read: %d", *(int *)local.iov_base);
	errno = 0;
	ktap_ok(peek(0xc0100000) == -1 && errno == EIO, "the kernel's is not");
}

static void test_vfp(void)
{
	uint64_t vfp[33];
	struct iovec area = { vfp, sizeof(vfp) };

	ktap_ok(!ptrace(PTRACE_GETREGSET, child, NT_ARM_VFP, &area), "VFP registers are read");
	vfp[8] = 0x4045000000000000;
	ktap_ok(!ptrace(PTRACE_SETREGSET, child, NT_ARM_VFP, &area), "and set");
}

int main(void)
{
	unsigned int cpl = ktap_trusted() ? 0 : 3;
	int status;

	ktap_start();
	ktap_check_privilege();
	fflush(stdout);
	child = fork();
	if (!child)
		traced();
	if (!ktap_ok(stopped_by(SIGSTOP), "a child is traced"))
		return ktap_end();
	test_breakpoint("Thumb", in_thumb, true);
	test_breakpoint("ARM", in_arm, false);
	test_mode();
	/* in_arm(20) becomes in_arm(120) */
	regs.uregs[0] += 100;
	ktap_ok(!ptrace(PTRACE_SETREGS, child, 0, &regs), "an argument is changed");
	ptrace(PTRACE_CONT, child, 0, 0);
	ktap_ok(stopped_by(SIGSTOP), "it goes on");
	seen = 0;
	test_memory();
	test_vfp();
	ptrace(PTRACE_CONT, child, 0, 0);
	ktap_ok(waitpid(child, &status, 0) == child && status == (int)(40 + cpl) << 8,
		"to its end, at its privilege: status %#x", status);
	return ktap_end();
}
