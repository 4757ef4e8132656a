// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of gate_swap.sh: gated functions read and write twice the memory
 * that it is given, while a timer's signals come, and children that do so are
 * killed. Says "right" and exits 0 if all was.
 *
 * link: kml
 * run: none
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define STEP	4096
#define PAGES	4096
#define CHILDREN 30

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static unsigned int *area;

static unsigned int pattern(unsigned int page)
{
	return page * 2654435761U;
}

/* One gated access for each page, of which a half was given to swap for another one. */
static unsigned int pass(void)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < PAGES; i++) {
		unsigned int *page = area + i * (STEP / 4), *copy;

		if (i % 2) {
			get_random_bytes(page + 1, 64);
			wrong += *page != pattern(i);
			continue;
		}
		copy = kmemdup(page, 64, GFP_KERNEL);
		wrong += !copy || *copy != pattern(i);
		kfree(copy);
	}
	return wrong;
}

static void child(void)
{
	while (!pass())
		;
	_exit(1);
}

/* How many of the children did not die of the signal. */
static unsigned int kill_children(void)
{
	unsigned int i, wrong = 0;
	int status;
	pid_t pid;

	for (i = 0; i < CHILDREN; i++) {
		pid = fork();
		if (!pid)
			child();
		usleep(10000 + i * 1000);
		kill(pid, SIGKILL);
		wrong += waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL;
	}
	return wrong;
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct itimerval every = { { 0, 500 }, { 0, 500 } }, never = { };
	unsigned int i, wrong = 0, alive;

	if (ktap_cpl() || !kml_available())
		return 2;
	area = mmap(NULL, PAGES * STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < PAGES; i++)
		area[i * (STEP / 4)] = pattern(i);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	for (i = 0; i < 3; i++)
		wrong += pass();
	setitimer(ITIMER_REAL, &never, NULL);
	alive = kill_children();
	wrong += pass();
	printf("%u pages wrong, %d alarms, %u children not killed: %s\n", wrong, (int)alarms, alive,
	       wrong || alive ? "wrong" : "right");
	return wrong || alive;
}
