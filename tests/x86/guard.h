/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of a guard share that the CPU has for all of CPL0 (IBT,
 * LASS): off while a privileged program runs, on for everybody else, whoever
 * has run before.
 *
 * Started from /plain their program is the ordinary one that looks at its CPU:
 * as "plain" for each byte that it reads, as "busy" for a while, as "exec"
 * once, to become a privileged one, "back", which looks as well.
 */
#ifndef GUARD_H
#define GUARD_H

#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>

#include "handler.h"
#include "ktap.h"

#define GUARD_ROUNDS 200
#define GUARD_STORM 3
#define GUARD_STORM_TIME SECOND

struct guard {
	/* the program, in x86/ */
	const char *name;
	/* in an ordinary program: is it guarded from? */
	bool (*on)(void);
	/* in a privileged one: is it not? */
	bool (*off)(void);
};

static inline void guard_exec(const struct guard *guard, const char *place, const char *role)
{
	char path[64];

	snprintf(path, sizeof(path), "/%s/x86/%s", place, guard->name);
	execl(path, guard->name, role, NULL);
	_exit(99);
}

/* It is always right, and somebody has looked. */
static inline bool guard_busy(bool (*right)(void))
{
	uint64_t end = now() + GUARD_STORM_TIME;

	do {
		if (!right())
			return false;
	} while (now() < end);
	return true;
}

static inline int guard_answer(const struct guard *guard)
{
	char c;

	while (read(0, &c, 1) == 1) {
		c = ktap_cpl() == 3 && guard->on() ? '+' : '-';
		if (write(1, &c, 1) != 1)
			return 1;
	}
	return 0;
}

/* A switch to the ordinary program and back in each round. */
static inline void guard_turns(const struct guard *guard)
{
	int to[2], from[2], on = 0, off = 0;
	char c = '?';
	pid_t pid;

	if (pipe(to) || pipe(from))
		exit(1);
	pid = fork();
	if (!pid) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		guard_exec(guard, "plain", "plain");
	}
	close(to[0]);
	close(from[1]);
	for (int i = 0; i < GUARD_ROUNDS; i++) {
		if (write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1)
			break;
		on += c == '+';
		off += guard->off();
	}
	close(to[1]);
	close(from[0]);
	waitpid(pid, NULL, 0);
	ktap_ok(on == GUARD_ROUNDS, "it is on for the ordinary program in %d of %d turns", on, GUARD_ROUNDS);
	ktap_ok(off == GUARD_ROUNDS, "it is off for the privileged one in %d of %d", off, GUARD_ROUNDS);
}

/* From a privileged program to an ordinary one and back, in one process. */
static inline int guard_exec_twice(const struct guard *guard)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		guard_exec(guard, "plain", "exec");
	waitpid(pid, &status, 0);
	return status;
}

/* Starts one after the other, too. */
static inline bool guard_busy_starting(const struct guard *guard)
{
	uint64_t end = now() + GUARD_STORM_TIME;

	do {
		if (guard_exec_twice(guard))
			return false;
	} while (now() < end);
	return true;
}

static KML_HANDLER uint32_t guard_handler(void *runs, __u64 when)
{
	(void)when;
	++*(volatile uint32_t *)runs;
	return 0;
}

/* Its function runs in interrupts, which hit the others. */
static inline bool guard_interrupting(void)
{
	struct timespec left = { .tv_sec = GUARD_STORM_TIME / SECOND };
	static uint32_t runs;
	int id;

	lock_memory();
	id = kml_timer_start(guard_handler, &runs, now() + MS, MS, 0);
	if (id < 0)
		return false;
	nanosleep(&left, NULL);
	return !kml_timer_stop(id) && runs > 100;
}

/* Processes of both kinds that the timer switches between at any place, and that come and go. */
static inline void guard_storm(const struct guard *guard)
{
	int status, wrong[4] = { };
	pid_t pids[4 * GUARD_STORM];
	bool right = false;

	for (int i = 0; i < 4 * GUARD_STORM; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		switch (i % 4) {
		case 0:
			guard_exec(guard, "plain", "busy");
			break;
		case 1:
			right = guard_busy(guard->off);
			break;
		case 2:
			right = guard_busy_starting(guard);
			break;
		case 3:
			right = guard_interrupting();
			break;
		}
		_exit(!right);
	}
	for (int i = 0; i < 4 * GUARD_STORM; i++) {
		if (waitpid(pids[i], &status, 0) != pids[i] || status)
			wrong[i % 4]++;
	}
	ktap_ok(!wrong[0], "storm: it was always on for ordinary programs (%d of %d: no)", wrong[0], GUARD_STORM);
	ktap_ok(!wrong[1], "storm: it was always off for privileged ones (%d of %d: no)", wrong[1], GUARD_STORM);
	ktap_ok(!wrong[2], "storm: it was right after each exec (%d of %d: no)", wrong[2], GUARD_STORM);
	ktap_ok(!wrong[3], "storm: handlers ran in interrupts (%d of %d: no)", wrong[3], GUARD_STORM);
}

/* What both tests look at. */
static inline void guard_test(const struct guard *guard)
{
	int status;

	guard_turns(guard);
	status = guard_exec_twice(guard);
	ktap_ok(status == 0, "exec changes it both ways: status %#x", status);
	guard_storm(guard);
	guard_turns(guard);
}

/* The roles. False if there is none, else the exit status is in @status. */
static inline bool guard_role(const struct guard *guard, int argc, char **argv, int *status)
{
	const char *role = argc > 1 ? argv[1] : "";

	if (!strcmp(role, "plain")) {
		*status = guard_answer(guard);
	} else if (!strcmp(role, "busy")) {
		*status = ktap_cpl() != 3 || !guard_busy(guard->on);
	} else if (!strcmp(role, "exec")) {
		*status = 2;
		if (ktap_cpl() == 3 && guard->on())
			guard_exec(guard, "trusted", "back");
	} else if (!strcmp(role, "back")) {
		*status = ktap_cpl() || !guard->off() ? 4 : 0;
	} else {
		return false;
	}
	return true;
}

#endif /* GUARD_H */
