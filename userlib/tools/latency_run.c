// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts the program that is measured (../measure/latency.c), follows it, and
 * judges whether what it tells can be believed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "latency.h"
#include "policy.h"
#include "tool.h"
#include "trust.h"
#include "util.h"

#define PROGRAM		"latency"
#define COPY		"kml-latency"
#define LOOK_NS		100000000L
#define LOOKS_PER_S	(1000000000L / LOOK_NS)

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* It lies beside the command, under whatever prefix. For free(). */
static char *ordinary_program(void)
{
	char *self = realpath("/proc/self/exe", NULL), *path;

	for (int i = 0; self && i < 2; i++)
		*strrchr(self, '/') = '\0';
	path = text("%s/libexec/kml/" PROGRAM, self ? self : "");
	free(self);
	return path;
}

/**
 * latency_copy - find the program in /trusted
 * @copy: filled in, for latency_copy_free()
 *
 * Root has one made, others need one that is there.
 */
void latency_copy(struct copy *copy)
{
	char *program = ordinary_program(), *name = NULL, *trusted = NULL;
	const struct finding *finding;
	enum verdict verdict;
	struct check c;

	*copy = (struct copy) { .made = !geteuid() && !access(program, X_OK) };
	if (copy->made) {
		name = text(COPY ".%d", (int)getpid());
		trusted = policy_trusted(NULL);
		copy->made = !trust_program(program, name, NULL);
		if (copy->made)
			copy->path = text("%s/%s", trusted, name);
	}
	verdict = check_run(&c, copy->path ? copy->path : COPY, NULL);
	if (verdict == RUNS && !copy->path) {
		copy->path = text("%s", c.given);
	} else if (verdict != RUNS && c.absent) {
		copy->problem = text("%s is not there: as root, or kml trust %s " COPY,
				     c.given, program);
	} else if (verdict != RUNS) {
		finding = findings_first(&c.findings, verdict == RUNS_NOT ?
					 REFUSAL : UNKNOWN);
		copy->problem = finding ? finding_text(finding) :
				text("would not be privileged");
	}
	check_free(&c);
	free(trusted);
	free(name);
	free(program);
}

/**
 * latency_copy_free - remove what was made
 * @copy: from latency_copy()
 */
void latency_copy_free(struct copy *copy)
{
	if (copy->made)
		unlink(copy->path);
	free(copy->path);
	free(copy->problem);
}

/* What both share; its size is sealed. Return: a descriptor, or -1. */
static int share(const struct column *c, const struct options *opt,
		 struct measure **m, size_t *size)
{
	int fd = memfd_create(COPY, MFD_ALLOW_SEALING | MFD_CLOEXEC);

	*size = sizeof(**m) + opt->loops * sizeof((*m)->late[0]);
	if (fd < 0)
		return -1;
	*m = MAP_FAILED;
	if (!ftruncate(fd, *size) &&
	    !fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		*m = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*m == MAP_FAILED) {
		close(fd);
		return -1;
	}
	**m = (struct measure) {
		.abi = MEASURE_ABI,
		.mode = c->mode,
		.trusted = c->trusted,
		.interval = opt->interval * 1000,
		.loops = opt->loops,
		.cpu = opt->cpu,
		.fifo = opt->fifo,
	};
	return fd;
}

static int start(const char *path, int fd, pid_t *pid)
{
	char *const argv[] = { COPY, NULL };
	posix_spawn_file_actions_t actions;
	int ret;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, MEASURE_FD);
	ret = posix_spawn(pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/* One line that is written over again, where somebody looks. */
static void show(const struct column *c, const struct measure *m,
		 unsigned long done, const struct options *opt)
{
	static int64_t min, max, sum;
	static unsigned long seen;

	if (!isatty(STDERR_FILENO))
		return;
	if (done < seen || !seen) {
		seen = 0;
		sum = 0;
		min = INT32_MAX;
		max = INT32_MIN;
	}
	for (; seen < done; seen++) {
		int64_t late = m->late[seen];

		sum += late;
		min = late < min ? late : min;
		max = late > max ? late : max;
	}
	if (!seen)
		return;
	fprintf(stderr, "\r%-7s %-10s %lu/%ld  now %.1f  min %.1f  mean %.1f  max %.1f us\033[K",
		mode_names[c->mode], column_side(c), done, opt->loops,
		m->late[done - 1] / 1e3, min / 1e3, (double)sum / done / 1e3,
		max / 1e3);
	if (done == (unsigned long)opt->loops)
		fputs("\r\033[K", stderr);
}

/* A result that is not there yet may be that of a program which hangs. */
static long stall_limit(const struct options *opt)
{
	return LOOKS_PER_S * (MEASURE_STALL_S + 10 * opt->interval / 1000000);
}

/* Return: the status of the program, or -1 if it had to be ended. */
static int follow(const struct column *c, const struct measure *m, pid_t pid,
		  const struct options *opt)
{
	const struct timespec look = { 0, LOOK_NS };
	unsigned long done = 0, before = 0;
	int status = -1, looks = 0;

	while (!waitpid(pid, &status, WNOHANG)) {
		nanosleep(&look, NULL);
		done = __atomic_load_n(&m->done, __ATOMIC_ACQUIRE);
		if (done > (unsigned long)opt->loops)
			done = opt->loops;
		show(c, m, done, opt);
		looks = done == before ? looks + 1 : 0;
		before = done;
		if (interrupted || looks > stall_limit(opt)) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
	}
	return status;
}

static int compare(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return x < y ? -1 : x > y;
}

static void take(struct column *c, const struct measure *m, unsigned long n)
{
	c->n = n;
	c->late = reallocarray(NULL, n ? n : 1, sizeof(*c->late));
	if (!c->late) {
		c->n = 0;
		c->problem = text("out of memory");
		return;
	}
	memcpy(c->late, m->late, n * sizeof(*c->late));
	for (size_t i = 0; i < n; i++)
		c->sum += c->late[i];
	qsort(c->late, n, sizeof(*c->late), compare);
}

/* What no clock and no kernel can have done is the fault of the measurement. */
static char *nonsense(const struct column *c, unsigned long loops)
{
	size_t early = 0;

	if (c->n < loops)
		return text("ended after %zu of %lu times", c->n, loops);
	while (early < c->n && c->late[early] < 0)
		early++;
	if (early)
		return text("%zu of %lu times it heard before the time: its clock is not the timer's",
			    early, loops);
	if (c->late[0] == c->late[c->n - 1] && loops >= 100)
		return text("it was late by %d ns each time: its clock stands still",
			    c->late[0]);
	return NULL;
}

static void judge(struct column *c, const struct measure *m, int status,
		  const struct options *opt)
{
	unsigned long n = __atomic_load_n(&m->done, __ATOMIC_ACQUIRE);
	char problem[sizeof(m->problem)];

	if (m->state == MEASURE_FAILED) {
		memcpy(problem, m->problem, sizeof(problem));
		problem[sizeof(problem) - 1] = 0;
		c->problem = text("%s%s%s", problem, m->error ? ": " : "",
				  m->error ? strerror(m->error) : "");
		return;
	}
	take(c, m, n < (unsigned long)opt->loops ? n : (unsigned long)opt->loops);
	if (c->problem)
		return;
	if (interrupted)
		c->problem = text("interrupted after %zu of %ld times", c->n,
				  opt->loops);
	else if (status < 0)
		c->problem = text("nothing happens after %zu of %ld times",
				  c->n, opt->loops);
	else if (WIFSIGNALED(status))
		c->problem = text("ended by signal %d (%s)", WTERMSIG(status),
				  strsignal(WTERMSIG(status)));
	else if (m->state != MEASURE_ENDED)
		c->problem = text("ended with status %d", WEXITSTATUS(status));
	else
		c->problem = nonsense(c, opt->loops);
}

/**
 * column_measure - measure one way of waiting
 * @c: which; gets what was measured
 * @copy: the program in /trusted
 * @opt: how
 */
void column_measure(struct column *c, const struct copy *copy,
		    const struct options *opt)
{
	const struct sigaction act = { .sa_handler = on_interrupt };
	struct sigaction old;
	struct measure *m;
	char *path;
	size_t size;
	pid_t pid;
	int fd, ret;

	if (c->trusted && copy->problem) {
		c->problem = text("%s", copy->problem);
		return;
	}
	path = c->trusted ? text("%s", copy->path) : ordinary_program();
	fd = share(c, opt, &m, &size);
	if (fd < 0) {
		c->problem = text("no memory to share: %s", strerror(errno));
		free(path);
		return;
	}
	sigaction(SIGINT, &act, &old);
	ret = interrupted ? EINTR : start(path, fd, &pid);
	if (ret)
		c->problem = text("%s: %s", path, strerror(ret));
	else
		judge(c, m, follow(c, m, pid, opt), opt);
	sigaction(SIGINT, &old, NULL);
	munmap(m, size);
	close(fd);
	free(path);
}
