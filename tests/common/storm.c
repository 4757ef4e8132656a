// SPDX-License-Identifier: GPL-2.0-only
/*
 * For storm.sh: loads and unloads the module while processes on all CPUs
 * start privileged and ordinary programs as fast as they can. An unload is
 * what modprobe -r asks of the kernel.
 *
 * storm KML.KO ROUNDS SECONDS: ends after so many rounds, and then once each
 * kind of program was met with the module and without it, or after so much
 * time; with the module loaded and nobody running. Prints NAME=NUMBER of what
 * was counted, and exits 1 if anything was wrong, after lines that say what.
 *
 * run: none
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKERS_PER_CPU	2
/*
 * Refusals of one unload after which only one of so many programs is a
 * privileged one: the module would be in use all the time.
 */
#define PATIENCE	4
#define RARELY		16
#define ORDINARY	3

extern char **environ;

/* What a program may end as. */
enum {
	MAY_PRIVILEGED	= 1,
	MAY_ORDINARY	= 2,
	KILLED		= 4,
};

static const struct job {
	const char *name;
	unsigned int may;
	char *argv[5];
} jobs[] = {
	{ "static", MAY_PRIVILEGED | MAY_ORDINARY, { "/trusted/common/storm_static" } },
	{ "dynamic", MAY_PRIVILEGED | MAY_ORDINARY, { "/trusted/common/storm_dynamic" } },
	{ "fork", MAY_PRIVILEGED | MAY_ORDINARY, { "/trusted/common/storm_static", "fork" } },
	{ "killed", MAY_ORDINARY | KILLED, { "/trusted/common/storm_static", "sleep" } },
	/* privilege ends at an exec */
	{ "left", MAY_ORDINARY, { "/trusted/busybox", "env", "/plain/common/storm_static" } },
	{ "plain_static", MAY_ORDINARY, { "/plain/common/storm_static" } },
	{ "plain_dynamic", MAY_ORDINARY, { "/plain/common/storm_dynamic" } },
};

#define NJOBS	(sizeof(jobs) / sizeof(jobs[0]))
/* the first of them */
#define PRIVILEGED_JOBS	5

static struct shared {
	atomic_bool stop, rarely;
	atomic_uint privileged[NJOBS], ordinary[NJOBS], wrong, reads;
} *shared;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void wrong(const char *what, int value)
{
	shared->wrong++;
	printf("# %s: %d\n", what, value);
	fflush(stdout);
}

static void judge(unsigned int i, int status)
{
	const struct job *job = &jobs[i];

	if ((job->may & MAY_PRIVILEGED) && status == 0)
		shared->privileged[i]++;
	else if ((job->may & KILLED) && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		shared->privileged[i]++;
	else if ((job->may & MAY_ORDINARY) && WIFEXITED(status) && WEXITSTATUS(status) == ORDINARY)
		shared->ordinary[i]++;
	else
		wrong(job->name, status);
}

static void start(unsigned int i, unsigned int delay)
{
	int status, ret;
	pid_t pid;

	ret = posix_spawn(&pid, jobs[i].argv[0], NULL, NULL, jobs[i].argv, environ);
	if (ret) {
		wrong(jobs[i].name, -ret);
		return;
	}
	if (jobs[i].may & KILLED) {
		usleep(delay);
		kill(pid, SIGKILL);
	}
	if (waitpid(pid, &status, 0) != pid)
		wrong("waitpid", errno);
	else
		judge(i, status);
}

/* They are there, or not, or go just now. */
static void read_files(void)
{
	static const char * const names[] = {
		"/sys/kernel/kml/exports", "/sys/kernel/kml/state",
		"/sys/module/kml/refcnt", "/proc/modules",
	};
	char buf[4096];
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = open(names[i], O_RDONLY);

		while (fd >= 0 && read(fd, buf, sizeof(buf)) > 0)
			shared->reads++;
		if (fd >= 0)
			close(fd);
	}
}

static unsigned int choose(unsigned int *seed)
{
	unsigned int i;

	do {
		i = rand_r(seed) % (NJOBS + 1);
	} while (i < PRIVILEGED_JOBS && shared->rarely && rand_r(seed) % RARELY);
	return i;
}

static void worker(int cpu, unsigned int seed)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	while (!shared->stop) {
		unsigned int i = choose(&seed);

		if (i == NJOBS)
			read_files();
		else
			start(i, rand_r(&seed) % 20000);
	}
}

/* Returns how often the kernel refused it because programs run. */
static unsigned int unload(double end)
{
	unsigned int refused = 0;

	while (syscall(SYS_delete_module, "kml", O_NONBLOCK)) {
		if (errno != EWOULDBLOCK && errno != EBUSY)
			wrong("delete_module", errno);
		else
			refused++;
		if (now() > end)
			break;
		shared->rarely = refused >= PATIENCE;
		usleep(200);
	}
	shared->rarely = false;
	return refused;
}

static bool load(const char *file)
{
	int fd = open(file, O_RDONLY);
	int ret = syscall(SYS_finit_module, fd, "", 0);

	if (ret)
		wrong("finit_module", errno);
	close(fd);
	return !ret;
}

static bool loaded(void)
{
	return !access("/sys/module/kml", F_OK);
}

/*
 * Which program runs when is chance. A slow machine starts few, so a number of
 * rounds alone does not say that each was there.
 */
static bool each_was_met(void)
{
	unsigned int i;

	for (i = 0; i < NJOBS; i++) {
		if ((jobs[i].may & (MAY_PRIVILEGED | KILLED)) && !shared->privileged[i])
			return false;
		if ((jobs[i].may & MAY_ORDINARY) && !(jobs[i].may & KILLED) && !shared->ordinary[i])
			return false;
	}
	return true;
}

static void report(unsigned int rounds, unsigned int refused, double begin)
{
	unsigned int i, execs = 0, privileged = 0;

	for (i = 0; i < NJOBS; i++) {
		printf("%s=%u %s_ordinary=%u ", jobs[i].name, shared->privileged[i],
		       jobs[i].name, shared->ordinary[i]);
		privileged += shared->privileged[i];
		execs += shared->privileged[i] + shared->ordinary[i];
	}
	printf("execs=%u privileged=%u rounds=%u refused=%u reads=%u wrong=%u seconds=%.0f\n", execs, privileged,
	       rounds, refused, shared->reads, shared->wrong, now() - begin);
}

int main(int argc, char **argv)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), i;
	unsigned int rounds = 0, refused = 0, seed = 1;
	double begin = now(), end;

	if (argc != 4)
		return 2;
	end = begin + atof(argv[3]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < cpus * WORKERS_PER_CPU; i++) {
		if (!fork()) {
			worker(i % cpus, i + 1);
			_exit(0);
		}
	}
	/* the storm takes what this leaves */
	setpriority(PRIO_PROCESS, 0, -20);
	while ((rounds < (unsigned int)atoi(argv[2]) || !each_was_met()) && now() < end) {
		refused += unload(end);
		if (loaded())
			break;
		/* some time without it and with it */
		usleep(rand_r(&seed) % 5000);
		if (!load(argv[1]))
			break;
		rounds++;
		usleep(rand_r(&seed) % 20000);
	}
	shared->stop = true;
	while (wait(NULL) > 0)
		;
	report(rounds, refused, begin);
	return shared->wrong != 0;
}
