// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user swaps a link to a trusted program with his own program while he
 * starts it by that name, and likewise a directory on the way. A check of the
 * name instead of the opened file would sooner or later take one for the
 * other and run his program at kernel privilege.
 *
 * run: plain
 * timeout: 120
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>

#include "ktap.h"

#define NOBODY	65534
#define ROUNDS	500
#define TRUSTED	80	/* tiny.c at the kernel's privilege */
#define OWN	3	/* printcpl as an ordinary program */
#define DIR	"/tmp/trust-race"

static void copy(const char *from, const char *to)
{
	static char buffer[2 << 20];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT, 0755);
	ssize_t n = read(in, buffer, sizeof(buffer));

	if (n <= 0 || write(out, buffer, n) != n)
		exit(1);
	close(in);
	close(out);
}

static void swap_forever(const char *a, const char *b)
{
	while (!renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE))
		;
	_exit(1);
}

static int run(const char *name)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		/* printcpl's words are not for us */
		close(1);
		execl(name, name, NULL);
		_exit(125);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void race(const char *what, const char *a, const char *b, const char *name)
{
	int i, trusted = 0, own = 0, other = 0;
	pid_t pid = fork();

	if (!pid)
		swap_forever(a, b);
	for (i = 0; i < ROUNDS; i++) {
		int status = run(name);

		trusted += status == TRUSTED;
		own += status == OWN;
		other += status != TRUSTED && status != OWN;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	printf("# %d times the trusted program, %d times the user's\n", trusted, own);
	ktap_ok(trusted && own, "%s: both were started", what);
	ktap_ok(!other, "%s: each at its own privilege", what);
}

static void attack_as_user(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		exit(1);
	mkdir(DIR, 0755);
	mkdir(DIR "/dir", 0755);
	copy("/plain/common/printcpl", DIR "/own");
	copy("/plain/common/printcpl", DIR "/dir/tiny");
	if (symlink("/trusted/common/tiny", DIR "/link") || symlink("/trusted/common", DIR "/dirlink"))
		exit(1);
	race("file", DIR "/own", DIR "/link", DIR "/own");
	race("directory", DIR "/dir", DIR "/dirlink", DIR "/dir/tiny");
	exit(ktap_end());
}

int main(void)
{
	int status;

	ktap_start();
	status = ktap_child(attack_as_user);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
