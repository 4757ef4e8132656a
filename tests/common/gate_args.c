// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names and pointers that a program may get wrong or that are not there yet:
 * wrong ones are errors, and the kernel can fault in what it is handed, from
 * the task's stack as from the program's.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages gs debug
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <time.h>

#include <kml/abi.h>
#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define READ_ALL 3

static long page;

static void test_names(void)
{
	ktap_ok(kml_call("no_such_export", 0) == -ENOENT, "an unknown export is -ENOENT");
	ktap_ok(kml_call(NULL, 0) == -EINVAL, "no name is -EINVAL");
	ktap_ok(kml_call("ktime_get", 7, 1L, 2L, 3L, 4L, 5L, 6L, 7L) == -E2BIG,
		"seven arguments are -E2BIG");
	ktap_ok(kml_call("", 0) == -ENOENT, "an empty name is -ENOENT");
	ktap_ok(!kml_sym("no_such_export"), "kml_sym() of an unknown export is NULL");
	ktap_ok(!kml_sym(NULL), "and of no name");
	ktap_ok(kml_why("no_such_export"), "kml_why() says: %s", kml_why("no_such_export"));
	ktap_ok(!kml_why("ktime_get"), "kml_why() of a bound one is NULL");
	ktap_ok(kml_call("sys_getppid", 0) == getppid(), "kml_call() of a system call");
	ktap_ok(kml_call("int_sqrt", 1, 144L) == 12, "kml_call() of a leaf");
	ktap_ok((int)kml_call("get_random_u32_below", 1, 1L) == 0, "kml_call() of a call");
}

static char *fresh(void)
{
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

static void test_fresh_pages(void)
{
	struct timespec64 *ts = (void *)(fresh() + page - 8);
	char *buf = fresh(), any = 0;
	time_t now = time(NULL);
	int i;

	ktime_get_real_ts64(ts);
	ktap_ok(ts->tv_sec >= now - 1 && ts->tv_sec <= now + 5,
		"a leaf writes to two pages that were not there");
	/*
	 * It writes with interrupts on, without a lock, from the fifth word
	 * on. What writes under a lock must be given pages that are there.
	 */
	si_meminfo((void *)(buf + page - 40));
	for (i = 0; i < 40; i++)
		any |= buf[page + i];
	ktap_ok(any, "a call does");
	buf = fresh();
	ktap_ok(sys_getcwd(buf + page - 1, page) > 0 && buf[page - 1] == '/', "a system call does");
	/* from a page of zeroes to a copy: a page that is there, but not writable */
	buf = fresh();
	any = *(volatile char *)buf;
	si_meminfo((void *)buf);
	for (i = 0; i < 64; i++)
		any |= buf[i];
	ktap_ok(any, "a call breaks copy-on-write");
}

static bool in_log(const char *text)
{
	size_t size = 1 << 20;
	char *log = malloc(size);
	bool found = false;
	int len;

	len = klogctl(READ_ALL, log, size - 1);
	if (len > 0) {
		log[len] = 0;
		found = strstr(log, text);
	}
	free(log);
	return found;
}

static void test_printk(void)
{
	char name[] = "/tmp/gate_args.XXXXXX", format[100], line[100];
	int fd = mkstemp(name);
	char *map;
	int ret;

	/* its text is in a file, and the page of the program's own is untouched */
	snprintf(format, sizeof(format), "kml test %d: %%d %%s %%llx %%d %%d %%d %%d\n", getpid());
	snprintf(line, sizeof(line), "kml test %d: -5 words 123456789abc 1 2 3 4\n", getpid());
	if (fd < 0 || ftruncate(fd, page) || pwrite(fd, format, strlen(format), 0) < 0)
		exit(1);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	map = mmap(NULL, page, PROT_READ, MAP_PRIVATE, fd, 0);
	ret = _printk(map, -5, "words", 0x123456789abcULL, 1, 2, 3, 4);
	ktap_ok(ret > 0, "_printk() with a format in a page of a file: %d", ret);
	ktap_ok(in_log(line), "with eight arguments it is in the log");
	munmap(map, page);
	close(fd);
	unlink(name);
}

static void child_leaf_null(void)
{
	ktime_get_real_ts64((void *)8);
}

static void child_read(void)
{
	timespec64_to_jiffies((void *)16);
}

/* Where the handler says what it was told. */
static void on_segv(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	_exit(info->si_addr == (void *)0x1008 ? 42 : 43);
}

static void child_leaf_handled(void)
{
	struct sigaction action = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &action, NULL);
	ktime_get_real_ts64((void *)0x1008);
}

static void test_bad_leaf(void)
{
	int status;

	status = ktap_child(child_leaf_null);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
		"a leaf that writes to a bad pointer is SIGSEGV: status %#x", status);
	status = ktap_child(child_read);
	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
		"a function behind the gate that reads from one, too: status %#x", status);
	status = ktap_child(child_leaf_handled);
	ktap_ok(status == 42 << 8, "which can be handled and has the address: status %#x", status);
}

int main(void)
{
	page = sysconf(_SC_PAGESIZE);
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	test_names();
	test_fresh_pages();
	test_printk();
	test_bad_leaf();
	return ktap_end();
}
