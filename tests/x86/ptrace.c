// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tracer sees a privileged program as any other: user selectors, single
 * steps that do not end in entry code, breakpoints, watchpoints and system
 * calls. A #DB or #BP that is not presented as user mode would be an oops.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "ktap.h"

#define STEPS 200
#define LOOP 5		/* instructions per round of step_code */
#define USER_HALF (1ULL << 63)

/* What the child runs after its SIGSTOP, in this order. */
asm(".pushsection .text\n"
    ".globl child_code, step_1, step_2, step_3, step_4, store_end, execute_here, calls\n"
    "child_code:\n"
    "	push %rbx\n"
    "	push %r12\n"
    "	mov $100000, %r12d\n"
    "child_loop:\n"
    "	mov $110, %eax\n"		/* getppid */
    "step_1: syscall\n"
    "step_2: inc %rbx\n"
    "step_3: dec %r12\n"
    "step_4: jnz child_loop\n"
    "	mov watched(%rip), %eax\n"	/* a load must not hit */
    "	movl $7, watched(%rip)\n"
    "store_end: nop\n"
    "execute_here: nop\n"
    "calls:	mov $110, %eax\n"
    "	syscall\n"
    "	mov $110, %eax\n"
    "	syscall\n"
    "	pop %r12\n"
    "	pop %rbx\n"
    "	ret\n"
    ".popsection\n");
extern char child_code[], child_loop[], step_1[], step_2[], step_3[], step_4[];
extern char store_end[], execute_here[], calls[];

int watched __attribute__((used));

static pid_t child;
static struct user_regs_struct regs;

static void run_child(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	((void (*)(void))child_code)();
	_exit(42);
}

/* Resume the child: is it stopped by @sig next? Its registers are in regs. */
static bool resume(int request, int sig)
{
	int status;

	if (ptrace(request, child, 0, 0) || waitpid(child, &status, 0) != child)
		return false;
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != sig) {
		printf("# wait status %#x\n", status);
		return false;
	}
	return !ptrace(PTRACE_GETREGS, child, 0, &regs);
}

static bool at(const char *where)
{
	if (regs.rip == (uintptr_t)where)
		return true;
	printf("# rip %#llx, expected %p\n", regs.rip, where);
	return false;
}

static bool poke_debug(int number, unsigned long value)
{
	return !ptrace(PTRACE_POKEUSER, child,
		       offsetof(struct user, u_debugreg[number]), value);
}

static unsigned long debug_status(void)
{
	return ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, u_debugreg[6]), 0);
}

static void test_selectors(void)
{
	ptrace(PTRACE_GETREGS, child, 0, &regs);
	ktap_ok(regs.cs == 0x33 && regs.ss == 0x2b,
		"selectors of user mode: cs %#llx, ss %#llx", regs.cs, regs.ss);
	ktap_ok(regs.rip < USER_HALF && regs.rsp < USER_HALF, "rip and rsp are the program's");
}

static void test_breakpoint(void)
{
	long text = ptrace(PTRACE_PEEKTEXT, child, child_code, 0);

	ktap_ok(!ptrace(PTRACE_POKETEXT, child, child_code, (text & ~0xffL) | 0xcc) &&
		resume(PTRACE_CONT, SIGTRAP) && at(child_code + 1), "breakpoint by int3 hits");
	regs.rip--;
	ktap_ok(!ptrace(PTRACE_POKETEXT, child, child_code, text) &&
		!ptrace(PTRACE_SETREGS, child, 0, &regs), "and is taken away");
}

static void test_steps(void)
{
	const char *loop[LOOP] = { child_loop, step_1, step_2, step_3, step_4 };
	int i, good = 0;

	/* two pushes and a mov come first */
	for (i = 0; i < 3; i++)
		resume(PTRACE_SINGLESTEP, SIGTRAP);
	for (i = 1; i <= STEPS; i++) {
		if (!at(loop[(i - 1) % LOOP]) || !resume(PTRACE_SINGLESTEP, SIGTRAP))
			break;
		good++;
		if (i == 2)
			ktap_ok(at(step_2) && regs.rax == (unsigned long)getpid(),
				"a step over syscall stops right behind it");
	}
	ktap_ok(good == STEPS, "%d of %d steps went where they should", good, STEPS);
	ktap_ok((regs.eflags & 0x100) == 0, "the trap flag is not shown");
	/* end the loop soon */
	regs.r12 = 3;
	ktap_ok(!ptrace(PTRACE_SETREGS, child, 0, &regs), "registers can be set");
}

static void test_watchpoint(void)
{
	int value;

	/* DR0: store of 4 bytes; DR1: execution */
	ktap_ok(poke_debug(0, (unsigned long)&watched) &&
		poke_debug(1, (unsigned long)execute_here) &&
		poke_debug(7, 1 << 0 | 1 << 2 | 0xd << 16), "debug registers are set");
	ktap_ok(resume(PTRACE_CONT, SIGTRAP) && at(store_end) && (debug_status() & 1),
		"watchpoint hits behind the store");
	value = ptrace(PTRACE_PEEKDATA, child, &watched, 0);
	ktap_ok(value == 7, "the store is done");
	ktap_ok(resume(PTRACE_CONT, SIGTRAP) && at(execute_here) && (debug_status() & 2),
		"hardware breakpoint hits before the instruction");
	ktap_ok(poke_debug(7, 0), "debug registers are cleared");
}

static void test_syscalls(void)
{
	int stop = SIGTRAP | 0x80;

	ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD);
	ktap_ok(resume(PTRACE_SYSCALL, stop) && regs.orig_rax == SYS_getppid &&
		regs.rax == (unsigned long)-ENOSYS, "entry of getppid is seen");
	ktap_ok(resume(PTRACE_SYSCALL, stop) && regs.orig_rax == SYS_getppid &&
		regs.rax == (unsigned long)getpid(), "its exit, too");
	resume(PTRACE_SYSCALL, stop);
	regs.orig_rax = SYS_getpid;
	ptrace(PTRACE_SETREGS, child, 0, &regs);
	ktap_ok(resume(PTRACE_SYSCALL, stop) && regs.rax == (unsigned long)child,
		"another call can be put in its place");
	ktap_ok(regs.cs == 0x33 && regs.ss == 0x2b, "selectors of user mode at the end");
}

int main(void)
{
	int status;

	ktap_start();
	ktap_check_privilege();
	fflush(stdout);
	child = fork();
	if (!child)
		run_child();
	ktap_ok(waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
		WSTOPSIG(status) == SIGSTOP, "the child is traced");
	test_selectors();
	test_breakpoint();
	test_steps();
	test_watchpoint();
	test_syscalls();
	ptrace(PTRACE_CONT, child, 0, 0);
	ktap_ok(waitpid(child, &status, 0) == child && WIFEXITED(status) &&
		WEXITSTATUS(status) == 42, "the child exits by itself");
	return ktap_end();
}
