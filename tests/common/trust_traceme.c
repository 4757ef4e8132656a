// SPDX-License-Identifier: GPL-2.0-only
/*
 * A privileged program that asks to be traced (PTRACE_TRACEME) would hand
 * itself, and the kernel, to a parent that may not load a module.
 *
 * run: plain
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "ktap.h"

#define NOBODY 65534

/* What the program's PTRACE_TRACEME says: 0 or an errno; it is a child of this one. */
static int traceme(const char *program)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		execl(program, program, "traceme", NULL);
		_exit(126);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

static void as_user(void)
{
	int ret;

	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		exit(1);
	ret = traceme("/plain/common/trust_traceme");
	ktap_ok(ret == 0, "ordinary program, parent without capabilities: %s", strerror(ret));
	ret = traceme("/trusted/common/trust_traceme");
	ktap_ok(ret == EPERM, "privileged program, parent without capabilities: %s", strerror(ret));
	exit(ktap_end());
}

int main(int argc, char **argv)
{
	int ret, status;

	(void)argv;
	if (argc > 1)
		return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
	ktap_start();
	ret = traceme("/trusted/common/trust_traceme");
	ktap_ok(ret == 0, "privileged program, parent with all capabilities: %s", strerror(ret));
	status = ktap_child(as_user);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
