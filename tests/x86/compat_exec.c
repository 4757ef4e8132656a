// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit process starts a privileged program. The exits of the 32-bit
 * system calls once took the new frame for an ordinary one: an oops, or a
 * reset with page-table isolation, for anybody who ran ten lines of assembly.
 *
 * run: plain
 */
#include <signal.h>
#include <sys/ptrace.h>

#include "ktap.h"

#define HELPER	"/plain/x86/compat_exec_m32"
#define TRUSTED	"/trusted/common/printcpl"
#define PLAIN	"/plain/common/printcpl"
#define SIGILL_EXIT (128 + SIGILL)

/* Does the helper, and reads what the program says. Not traced: @request is 0. */
static int run(const char *how, const char *who, const char *program, int request, char *line, size_t size)
{
	int out[2], status;
	ssize_t n;
	pid_t pid;

	*line = 0;
	if (pipe(out))
		return -1;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		close(out[1]);
		if (request)
			ptrace(PTRACE_TRACEME, 0, 0, 0);
		execl(HELPER, HELPER, how, who, program, NULL);
		_exit(127);
	}
	close(out[1]);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int sig = WSTOPSIG(status);

		ptrace(request, pid, 0, sig == SIGTRAP ? 0 : sig);
	}
	n = read(out[0], line, size - 1);
	line[n > 0 ? n : 0] = 0;
	line[strcspn(line, "\n")] = 0;
	close(out[0]);
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static void test(const char *how, const char *who, int request, const char *traced)
{
	char what[64], line[64];
	int status;

	snprintf(what, sizeof(what), "%s, execve by %s%s", how, who, traced);
	status = run(how, who, PLAIN, request, line, sizeof(line));
	if (status == SIGILL_EXIT) {
		ktap_skip(what, "no such instruction in 32-bit code on this CPU");
		return;
	}
	ktap_ok(status == 3 && !strcmp(line, "cpl 3"), "%s, ordinary: \"%s\", status %d", what, line, status);
	status = run(how, who, TRUSTED, request, line, sizeof(line));
	ktap_ok(status == 0 && !strcmp(line, "cpl 0"), "%s, privileged: \"%s\", status %d", what, line, status);
}

int main(void)
{
	/* what never failed comes first: the rest ended the guest */
	static const char *const hows[] = { "int80", "vdso", "sysenter", "syscall" };
	static const char *const whos[] = { "self", "vfork", "clone" };
	size_t i, j;

	ktap_start();
	ktap_check_privilege();
	for (i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		/* QEMU lacks the check, and goes where an Intel kernel has set no entry */
		if (!strcmp(hows[i], "syscall") && __builtin_cpu_is("intel")) {
			ktap_skip("syscall", "not in 32-bit code of this CPU");
			continue;
		}
		for (j = 0; j < sizeof(whos) / sizeof(whos[0]); j++)
			test(hows[i], whos[j], 0, "");
		test(hows[i], "self", PTRACE_CONT, ", traced");
		test(hows[i], "self", PTRACE_SYSCALL, ", its system calls traced");
	}
	return ktap_end();
}
