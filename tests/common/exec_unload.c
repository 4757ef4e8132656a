// SPDX-License-Identifier: GPL-2.0-only
/*
 * A privileged program becomes an ordinary one by sys_execve() of the gate.
 * Its old memory goes, and with that the module may go: the way back from the
 * system call was in the module's text, which was no longer there. A tracer
 * holds the program in between and unloads the module.
 *
 * run: plain
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "ktap.h"

#define GATE	"/trusted/common/exec_gate"

static bool loaded(void)
{
	return system("grep -q '^kml ' /proc/modules") == 0;
}

/* Resumes the child until its next exec or its end. */
static bool next_exec(pid_t pid, int *status)
{
	int sig = 0;

	for (;;) {
		if (ptrace(PTRACE_CONT, pid, 0, sig) || waitpid(pid, status, 0) != pid || !WIFSTOPPED(*status))
			return false;
		if (*status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
			return true;
		sig = WSTOPSIG(*status) == SIGTRAP ? 0 : WSTOPSIG(*status);
	}
}

/* The module is unloaded while the program is on its way to @program: does it exit with @expected? */
static void test(const char *what, const char *program, int expected, bool may_go)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		close(STDOUT_FILENO);
		execl(GATE, GATE, program, NULL);
		_exit(99);
	}
	if (waitpid(pid, &status, 0) != pid || ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL))
		exit(1);
	if (!ktap_ok(next_exec(pid, &status) && next_exec(pid, &status), "%s: in sys_execve(), status %#x", what, status))
		return;
	if (system("modprobe -r kml 2>/dev/null"))
		printf("# the module stays\n");
	if (!may_go)
		ktap_ok(loaded(), "%s: the module is in use", what);
	next_exec(pid, &status);
	ktap_ok(status == expected << 8, "%s: status %#x", what, status);
	if (loaded() && may_go)
		ktap_ok(system("modprobe -r kml") == 0, "%s: the module goes afterwards", what);
	if (!loaded())
		ktap_ok(system("modprobe kml") == 0, "%s: modprobe", what);
}

int main(void)
{
	int i;

	ktap_start();
	ktap_check_privilege();
	test("to a privileged program", "/trusted/common/printcpl", 0, false);
	for (i = 0; i < 3; i++)
		test("to an ordinary program", "/plain/common/printcpl", 3, true);
	return ktap_end();
}
