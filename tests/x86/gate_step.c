// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tracer may single-step a program through a gate. The trap flag must not be
 * set on the task stack, and must be set again behind it: else a step is an
 * oops or runs away. The gate's first instructions, on the program's stack, may
 * be stepped like the program.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug tick
 */
#include <signal.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define STEPS 20000

/* step_code(fn, arg, sys): the results' registers are seen by the tracer. */
asm(".pushsection .text\n"
    ".globl step_code, step_first, step_second, step_end\n"
    "step_code:\n"
    "	push %rbx\n"
    "	push %r12\n"
    "	push %r13\n"
    "	mov %rdx, %r12\n"
    "	mov %rdi, %rax\n"
    "	mov %rsi, %rdi\n"
    "	mov $0x5a5a, %ebx\n"
    "step_first:\n"
    "	call *%rax\n"
    "	mov %rax, %r13\n"
    "step_second:\n"
    "	call *%r12\n"
    "step_end:\n"
    "	nop\n"
    "	pop %r13\n"
    "	pop %r12\n"
    "	pop %rbx\n"
    "	ret\n"
    ".popsection\n");
extern char step_code[], step_first[], step_second[], step_end[];

static pid_t child;
static struct user_regs_struct regs;

static void run_child(const char *call, long arg, const char *sys)
{
	long (*code)(void *fn, long arg, void *sys) = (void *)step_code;
	void *fn = kml_sym(call), *sys_fn = kml_sym(sys);

	if (ptrace(PTRACE_TRACEME, 0, 0, 0) || !fn || !sys_fn)
		_exit(1);
	raise(SIGSTOP);
	_exit(code(fn, arg, sys_fn) == getppid() ? 42 : 2);
}

/* Steps until @where, 0 if it is not reached. */
static int step_to(const char *where, int *odd)
{
	int i, status;

	for (i = 1; i <= STEPS; i++) {
		if (ptrace(PTRACE_SINGLESTEP, child, 0, 0) ||
		    waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
		    WSTOPSIG(status) != SIGTRAP || ptrace(PTRACE_GETREGS, child, 0, &regs)) {
			printf("# step %d: wait status %#x\n", i, status);
			return 0;
		}
		*odd += (long)regs.rsp < 0 || regs.cs != 0x33;
		if (regs.rip == (uintptr_t)where)
			return i;
	}
	return 0;
}

static void test(const char *call, long arg, const char *sys)
{
	int status, steps, odd = 0;

	fflush(stdout);
	child = fork();
	if (!child)
		run_child(call, arg, sys);
	if (!ktap_ok(waitpid(child, &status, 0) == child && WIFSTOPPED(status),
		     "%s: the child is traced", call))
		return;
	ktap_ok(step_to(step_first, &odd), "a step reaches the call");
	odd = 0;
	steps = step_to(step_second, &odd);
	ktap_ok(steps, "and the code behind it, after %d steps", steps);
	ktap_ok(regs.rbx == 0x5a5a && (regs.eflags & 0x500) == 0, "registers and flags are right");
	ktap_ok(!odd, "%d steps stopped on a kernel stack", odd);
	odd = 0;
	steps = step_to(step_end, &odd);
	ktap_ok(steps && regs.rax == (unsigned long)getpid(),
		"%s is stepped over in %d steps with the right result", sys, steps);
	ktap_ok(!odd, "%d of them stopped on a kernel stack", odd);
	ptrace(PTRACE_CONT, child, 0, 0);
	ktap_ok(waitpid(child, &status, 0) == child && status == 42 << 8,
		"the child exits by itself: status %#x", status);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	test("sched_clock", 0, "sys_getppid");
	test("msleep", 5, "sys_getppid");
	return ktap_end();
}
