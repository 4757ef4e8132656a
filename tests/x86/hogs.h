/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes a test's threads lose the CPU at random: a timer signal and
 * processes that want the CPU, too.
 */
#ifndef HOGS_H
#define HOGS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOGS 2

static pid_t hogs[HOGS];
static volatile sig_atomic_t hogs_alarms;

static inline void hogs_alarm(int sig)
{
	(void)sig;
	hogs_alarms++;
}

/* False if they could not be started. */
static inline bool hogs_start(void)
{
	struct itimerval every = { { 0, 2000 }, { 0, 2000 } };
	struct sigaction action = { .sa_handler = hogs_alarm, .sa_flags = SA_RESTART };
	int i;

	for (i = 0; i < HOGS; i++) {
		hogs[i] = fork();
		if (hogs[i] < 0)
			return false;
		if (hogs[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			/* The registers that others rely on change in here. */
			for (;;)
				asm volatile("pcmpeqd %%xmm0, %%xmm0; pcmpeqd %%xmm7, %%xmm7;"
					     "pcmpeqd %%xmm15, %%xmm15; push $-1; pop %%rax"
					     : : : "rax", "xmm0", "xmm7", "xmm15", "memory");
		}
	}
	return !sigaction(SIGALRM, &action, NULL) && !setitimer(ITIMER_REAL, &every, NULL);
}

/* False if one of them had died before. */
static inline bool hogs_stop(void)
{
	struct itimerval never = { };
	bool good = true;
	int i, status;

	setitimer(ITIMER_REAL, &never, NULL);
	for (i = 0; i < HOGS; i++) {
		kill(hogs[i], SIGKILL);
		if (waitpid(hogs[i], &status, 0) != hogs[i] ||
		    !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			good = false;
	}
	return good;
}

#endif /* HOGS_H */
