// SPDX-License-Identifier: GPL-2.0-only
/*
 * For handler_storm.sh: a process with a handler that is called all the time.
 *
 *	handler_armed CPU PERIOD_NS WHAT [SECONDS]
 *
 * WHAT is hold (until killed), exit, exec (of /bin/busybox true), fork (children, all
 * the time, that write the memory which the handler writes), or fault. It says
 * "armed" when the handler has run, and at the end how often.
 *
 * link: kml
 * run: none
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "handler.h"
#include "ktap.h"

static struct {
	volatile uint64_t runs, wrong, next, period;
	volatile uint64_t memory[4096];
	volatile bool fault;
} d;

static KML_HANDLER uint32_t work(void *arg, __u64 when)
{
	uint64_t i = d.runs % 4096;

	if (arg != &d || (d.next && (when < d.next || (when - d.next) % d.period)))
		d.wrong++;
	d.next = when + d.period;
	/* each word was written by nobody but us */
	if (d.runs >= 4096 && d.memory[i] != d.runs - 4096)
		d.wrong++;
	d.memory[i] = d.runs;
	if (d.fault)
		asm volatile(ARCH_UNDEFINED);
	d.runs++;
	return KML_HANDLER_WAKE;
}

static void children(uint64_t end)
{
	unsigned int i;
	pid_t pid;

	while (now() < end) {
		pid = fork();
		if (!pid) {
			for (i = 0; i < 4096; i++)
				d.memory[i] = ~0ULL;
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	uint64_t end;
	cpu_set_t set;
	long ret;
	int id;

	if (argc < 4)
		return 2;
	CPU_ZERO(&set);
	CPU_SET(atoi(argv[1]), &set);
	d.period = strtoull(argv[2], NULL, 0);
	end = now() + (argc > 4 ? strtoull(argv[4], NULL, 0) : 3600) * SECOND;
	if (sched_setaffinity(0, sizeof(set), &set) || !lock_memory())
		return 3;
	id = kml_timer_start(work, &d, now(), d.period, 0);
	if (id < 0) {
		printf("no timer: %d\n", id);
		return 4;
	}
	CPU_SET(0, &set);
	CPU_SET(1, &set);
	sched_setaffinity(0, sizeof(set), &set);
	ret = kml_timer_wait(id, 10 * SECOND);
	if (ret <= 0) {
		printf("no expiry: %ld\n", ret);
		return 5;
	}
	printf("armed\n");
	fflush(stdout);
	if (!strcmp(argv[3], "exit"))
		return 0;
	if (!strcmp(argv[3], "exec"))
		return execl("/bin/busybox", "busybox", "true", NULL);
	d.fault = !strcmp(argv[3], "fault");
	if (!strcmp(argv[3], "fork"))
		children(end);
	while (now() < end)
		if (kml_timer_wait(id, end - now()) == -ECANCELED)
			return 6;
	/* from here on the module may go */
	printf("stops\n");
	fflush(stdout);
	if (kml_timer_stop(id))
		return 7;
	printf("%llu runs, %llu wrong\n", (unsigned long long)d.runs, (unsigned long long)d.wrong);
	return d.wrong || d.runs < 100;
}
