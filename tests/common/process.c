// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes of a privileged program: fork, vfork, clone, threads and pid
 * namespaces inherit its privilege, exec decides anew, and the scheduler moves
 * them between CPUs. Lost or leaked privilege shows in what each child sees.
 *
 * run: both
 * depends: cpu pages gs layout debug rt
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "ktap.h"

#define STACK 65536
#define HOPS 400

static int cpus[2], cpu_count;

/* The exit status of children: what they run at, seen from outside as N << 8. */
static bool runs_at(int status, unsigned int cpl)
{
	if (status == (int)cpl << 8)
		return true;
	printf("# wait status %#x\n", status);
	return false;
}

static int wait_for(pid_t pid)
{
	int status;

	return waitpid(pid, &status, __WALL) == pid ? status : -1;
}

static void show_cpl(void)
{
	_exit(ktap_cpl());
}

static int clone_fn(void *arg)
{
	*(int *)arg = getpid();
	return ktap_cpl();
}

static void test_clones(unsigned int cpl)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static int seen;
	pid_t pid;

	ktap_ok(runs_at(ktap_child(show_cpl), cpl), "fork");

	pid = vfork();
	if (!pid)
		_exit(ktap_cpl());
	ktap_ok(pid > 0 && runs_at(wait_for(pid), cpl), "vfork");

	seen = 0;
	pid = clone(clone_fn, stack + STACK, SIGCHLD, &seen);
	ktap_ok(runs_at(wait_for(pid), cpl) && !seen, "clone with its own stack");
	pid = clone(clone_fn, stack + STACK, CLONE_VM | SIGCHLD, &seen);
	ktap_ok(runs_at(wait_for(pid), cpl) && seen == pid, "clone that shares memory");
	pid = clone(clone_fn, stack + STACK, CLONE_NEWPID | CLONE_VM | SIGCHLD, &seen);
	if (pid < 0 && errno == EPERM)
		ktap_skip("pid namespace", "not permitted");
	else
		ktap_ok(runs_at(wait_for(pid), cpl) && seen == 1, "pid namespace");
	munmap(stack, STACK);
}

static void exec_plain(void)
{
	execl("/plain/common/printcpl", "printcpl", NULL);
}

static void exec_trusted(void)
{
	execl("/trusted/common/printcpl", "printcpl", NULL);
}

/* A thread execs: the others are killed and the new image decides. */
static void *exec_thread(void *arg)
{
	(void)arg;
	exec_plain();
	return NULL;
}

static void exec_from_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, exec_thread, NULL);
	pause();
}

static void vfork_exec(void)
{
	pid_t pid = vfork();

	if (!pid) {
		exec_plain();
		_exit(98);
	}
	_exit(runs_at(wait_for(pid), 3) ? ktap_cpl() : 97);
}

static void failed_exec(void)
{
	execl("/dev/null", "null", NULL);
	execl("/nonexistent", "nonexistent", NULL);
	_exit(ktap_cpl());
}

static void test_exec(unsigned int cpl)
{
	ktap_ok(runs_at(ktap_child(failed_exec), cpl), "a failed exec changes nothing");
	if (access("/trusted/common/printcpl", X_OK)) {
		ktap_skip("exec", "not in the guest");
		return;
	}
	ktap_ok(runs_at(ktap_child(exec_plain), 3), "exec of a plain program drops to CPL3");
	ktap_ok(runs_at(ktap_child(exec_trusted), 0), "exec of a trusted program raises to CPL0");
	ktap_ok(runs_at(ktap_child(exec_from_thread), 3), "exec by a thread");
	ktap_ok(runs_at(ktap_child(vfork_exec), cpl), "vfork and exec: the parent is as it was");
}

static void abort_now(void)
{
	abort();
}

static void wait_for_kill(void)
{
	for (;;)
		asm volatile("" : : : "memory");
}

static void test_kill(void)
{
	int status;
	pid_t pid;

	status = ktap_child(abort_now);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "abort");
	fflush(stdout);
	pid = fork();
	if (!pid)
		wait_for_kill();
	usleep(50000);
	kill(pid, SIGSTOP);
	ktap_ok(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status), "SIGSTOP of a loop");
	kill(pid, SIGCONT);
	ktap_ok(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status), "SIGCONT");
	kill(pid, SIGKILL);
	status = wait_for(pid);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "SIGKILL of a loop");
}

static bool move_to(int cpu)
{
	cpu_set_t set;
	unsigned int now;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set) && !getcpu(&now, NULL) && (int)now == cpu;
}

static void *hop(void *arg)
{
	unsigned int want = ktap_trusted() ? 0 : 3;
	long wrong = 0, i;

	for (i = 0; i < HOPS; i++)
		wrong += !move_to(cpus[(i + (long)arg) & 1]) || ktap_cpl() != want;
	return (void *)wrong;
}

static void test_migration(void)
{
	pthread_t threads[4];
	long i, wrong = 0;
	void *result;

	if (cpu_count < 2) {
		ktap_skip("migration", "one CPU");
		return;
	}
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, hop, (void *)i);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &result);
		wrong += (long)result;
	}
	ktap_ok(!wrong, "4 threads move between CPUs %d times", HOPS);
}

static void fifo(void)
{
	struct sched_param param = { .sched_priority = 10 };
	unsigned long i;

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		_exit(96);
	for (i = 0; i < 10000000; i++)
		asm volatile("" : : : "memory");
	for (i = 0; i < 100; i++)
		sched_yield();
	_exit(sched_getscheduler(0) == SCHED_FIFO ? ktap_cpl() : 95);
}

static void niced(void)
{
	if (setpriority(PRIO_PROCESS, 0, 10) || getpriority(PRIO_PROCESS, 0) != 10)
		_exit(96);
	_exit(ktap_cpl());
}

int main(void)
{
	unsigned int cpl = ktap_trusted() ? 0 : 3;
	cpu_set_t set;
	int i, status;

	ktap_start();
	ktap_check_privilege();
	sched_getaffinity(0, sizeof(set), &set);
	for (i = 0; i < CPU_SETSIZE && cpu_count < 2; i++)
		if (CPU_ISSET(i, &set))
			cpus[cpu_count++] = i;
	test_clones(cpl);
	test_exec(cpl);
	test_kill();
	test_migration();
	status = ktap_child(fifo);
	if (status == 96 << 8)
		ktap_skip("SCHED_FIFO", "not permitted");
	else
		ktap_ok(runs_at(status, cpl), "SCHED_FIFO");
	ktap_ok(runs_at(ktap_child(niced), cpl), "nice");
	return ktap_end();
}
