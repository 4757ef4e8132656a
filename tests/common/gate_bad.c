// SPDX-License-Identifier: GPL-2.0-only
/*
 * A gated function that is handed a bad pointer into the program's half is
 * done to its end, and then the process gets its signal, with the address.
 * It was an oops in the middle of the function, with all that it held.
 *
 * link: kml
 * depends: rt
 * timeout: 120
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "arch.h"
#include "gate_bad.h"

#define FILE_NAME "/tmp/gate_bad"

static struct file *file;
static void *kernel_buffer;
static unsigned long banner;
static struct pci_dev *pci;
static const char constant[2 * PAGE] = "not to be written";

static void call_kmemdup(char *p)
{
	kfree(kmemdup(p, 16, GFP_KERNEL));
}

static void call_kernel_write(char *p)
{
	loff_t pos = 3 * PAGE;

	kernel_write(file, p, 16, &pos);
}

static void call_copy_to_kernel(char *p)
{
	copy_to_kernel_nofault(kernel_buffer, p, 16);
}

static void call_filp_open(char *p)
{
	filp_open(p, O_RDONLY, 0);
}

static void call_kallsyms(char *p)
{
	kallsyms_lookup_name(p);
}

static void call_cpus_allowed(char *p)
{
	set_cpus_allowed_ptr(get_current(), (void *)p);
}

static void call_irq_affinity(char *p)
{
	irq_set_affinity(1000000, (void *)p);
}

static void call_setattr(char *p)
{
	sched_setattr_nocheck(get_current(), (void *)p);
}

static void call_hrtimeout(char *p)
{
	schedule_hrtimeout((ktime_t *)p, 1);
}

static void call_printk(char *p)
{
	_printk(p);
}

static void call_random(char *p)
{
	get_random_bytes(p, 16);
}

static void call_kernel_read(char *p)
{
	loff_t pos = 0;

	kernel_read(file, p, 16, &pos);
}

static void call_copy_from_kernel(char *p)
{
	copy_from_kernel_nofault(p, (void *)banner, 16);
}

static void call_symbol(char *p)
{
	sprint_symbol(p, banner);
}

static void call_symbol_no_offset(char *p)
{
	sprint_symbol_no_offset(p, banner);
}

static void call_meminfo(char *p)
{
	si_meminfo((void *)p);
}

static void call_position(char *p)
{
	char buffer[16];

	kernel_read(file, buffer, 16, (void *)p);
}

static void call_pci(char *p)
{
	pci_read_config_dword(pci, 0, (void *)p);
}

/* How much of the memory the function looks at, and how much of it a test may put before a bad page: 0, no such test. */
static const struct function {
	const char *name;
	void (*call)(char *p);
	unsigned int len, before;
	bool writes;
} functions[] = {
	{ "kmemdup()", call_kmemdup, 16, 8, false },
	{ "kernel_write()", call_kernel_write, 16, 8, false },
	{ "copy_to_kernel_nofault()", call_copy_to_kernel, 16, 8, false },
	{ "filp_open()", call_filp_open, 16, 8, false },
	{ "kallsyms_lookup_name()", call_kallsyms, 16, 0, false },
	{ "set_cpus_allowed_ptr()", call_cpus_allowed, 16, 0, false },
	{ "irq_set_affinity()", call_irq_affinity, sizeof(long), 0, false },
	{ "sched_setattr_nocheck()", call_setattr, 4, 0, false },
	{ "schedule_hrtimeout()", call_hrtimeout, 8, 0, false },
	{ "_printk()", call_printk, 16, 0, false },
	{ "get_random_bytes()", call_random, 16, 8, true },
	{ "kernel_read()", call_kernel_read, 16, 8, true },
	{ "copy_from_kernel_nofault()", call_copy_from_kernel, 16, 8, true },
	{ "sprint_symbol()", call_symbol, 64, 4, true },
	{ "sprint_symbol_no_offset()", call_symbol_no_offset, 64, 4, true },
	{ "si_meminfo()", call_meminfo, 128, 0, true },
	{ "kernel_read()'s position", call_position, 8, 0, true },
	{ "pci_read_config_dword()", call_pci, 4, 0, true },
};

#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

static struct place {
	const char *name;
	char *p;
	int sig, code;
	/* may be read, holds what @copy holds, and must do so for ever */
	bool readable;
	char copy[PAGE];
} places[16];
static unsigned int place_count;

static struct place *add_place(const char *name, void *p, int sig, int code)
{
	struct place *place = &places[place_count++];

	place->name = name;
	place->p = p;
	place->sig = sig;
	place->code = code;
	return place;
}

static void add_readable(const char *name, void *p)
{
	struct place *place = add_place(name, p, SIGSEGV, SEGV_ACCERR);

	place->readable = true;
	memcpy(place->copy, p, PAGE);
}

static char *map(int prot, int flags, int fd)
{
	char *p = mmap(NULL, PAGE, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		exit(1);
	return p;
}

/* The last page of the program's half: behind all mappings, if there is room. */
static void add_last_page(void)
{
	unsigned long start, end, last = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx", &start, &end) == 2 && end <= ARCH_TASK_SIZE)
			last = end;
	if (maps)
		fclose(maps);
	if (last < ARCH_TASK_SIZE)
		add_place("the last page", (void *)(ARCH_TASK_SIZE - PAGE), SIGSEGV, SEGV_MAPERR);
}

/* A page before which there is a good one. */
static char *behind_good(int prot)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(p, 'x', 2 * PAGE);
	if (prot < 0)
		munmap(p + PAGE, PAGE);
	else
		mprotect(p + PAGE, PAGE, prot);
	return p + PAGE;
}

static void find_places(void)
{
	int fd = open(FILE_NAME, O_RDWR), truncated = memfd_create("truncated", 0);
	uintptr_t aligned = ((uintptr_t)constant + PAGE - 1) & -PAGE;
	char *p;

	add_place("NULL", NULL, SIGSEGV, SEGV_MAPERR);
	add_place("PROT_NONE", behind_good(PROT_NONE), SIGSEGV, SEGV_ACCERR);
	add_last_page();
	if (ftruncate(truncated, PAGE))
		exit(1);
	p = map(PROT_READ | PROT_WRITE, MAP_SHARED, truncated);
	*p = 1;
	if (ftruncate(truncated, 0))
		exit(1);
	add_place("beyond the end of a truncated file", p, SIGBUS, BUS_ADRERR);
	add_readable("a read-only page", behind_good(PROT_READ));
	add_readable("constants", (void *)aligned);
	add_readable("a shared read-only file", map(PROT_READ, MAP_SHARED, fd));
	add_readable("a private read-only file", map(PROT_READ, MAP_PRIVATE, fd));
	/* last, as a later mapping of a page would be put there */
	add_place("an unmapped page", behind_good(-1), SIGSEGV, SEGV_MAPERR);
	close(fd);
	close(truncated);
}

static bool one(const struct function *f, const struct place *place, unsigned int before)
{
	uintptr_t bad = (uintptr_t)place->p;

	bad_call(f->call, place->p - before);
	if (bad_count == 1 && bad_got.sig == place->sig && bad_got.code == place->code && bad_got.address - bad < f->len)
		return true;
	printf("# %s, %u before: %d signals, signal %d code %d address %#lx, expected %d %d %#lx\n", place->name, before,
	       (int)bad_count, bad_got.sig, bad_got.code, (unsigned long)bad_got.address, place->sig, place->code,
	       (unsigned long)bad);
	return false;
}

static void run_functions(const char *when)
{
	unsigned int i, j;
	bool good;

	for (i = 0; i < FUNCTIONS; i++) {
		const struct function *f = &functions[i];

		if (f->call == call_pci && !pci) {
			ktap_skip(f->name, "no PCI here");
			continue;
		}
		for (j = 0, good = true; j < place_count; j++) {
			if (places[j].readable && !f->writes)
				continue;
			/* to it, NULL is for ever */
			if (f->call == call_hrtimeout && !places[j].p)
				continue;
			good &= one(f, &places[j], 0);
			if (f->before && !strcmp(places[j].name, "an unmapped page"))
				good &= one(f, &places[j], f->before);
		}
		ktap_ok(good, "%s%s", f->name, when);
	}
}

static void read_maps(char *text, size_t size)
{
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t n, done = 0;

	while ((n = read(fd, text + done, size - 1 - done)) > 0)
		done += n;
	text[done] = 0;
	close(fd);
}

static volatile bool stop;

/* Lives on the same memory meanwhile. Returns whether all of it was right. */
static void *neighbour(void *arg)
{
	unsigned int i, round;
	bool good = true;
	char *p;

	(void)arg;
	for (round = 0; !stop; round++) {
		/* too large for the holes that others need */
		p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		memset(p, round, PAGE);
		sched_yield();
		for (i = 0; i < PAGE; i++)
			good &= p[i] == (char)round;
		munmap(p, 16 * PAGE);
	}
	return (void *)(uintptr_t)good;
}

static void test_unchanged(void)
{
	static char content[PAGE];
	int fd = open(FILE_NAME, O_RDONLY);
	unsigned int i;

	for (i = 0; i < place_count; i++)
		if (places[i].readable)
			ktap_ok(!memcmp(places[i].p, places[i].copy, PAGE), "%s: as before", places[i].name);
	for (i = 0; i < PAGE && pread(fd, content, PAGE, 0) == PAGE && content[i] == 'f'; i++)
		;
	ktap_ok(i == PAGE, "the file is as before");
	close(fd);
}

/* What is behind the bad page arrives: the function was not left halfway. */
static void test_end(void)
{
	char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	loff_t pos = 4 * PAGE;
	struct stat st;
	long ret;

	munmap(p + PAGE, PAGE);
	bad_count = 0;
	ret = kernel_write(file, p, 3 * PAGE, &pos);
	stat(FILE_NAME, &st);
	ktap_ok(bad_count == 1 && bad_got.address == (uintptr_t)p + PAGE && ret == 3 * PAGE && st.st_size == 7 * PAGE,
		"kernel_write() is done to its end: %ld bytes, size %ld", ret, (long)st.st_size);
	munmap(p, PAGE);
	munmap(p + 2 * PAGE, PAGE);
}

static void child_default(void)
{
	signal(SIGSEGV, SIG_DFL);
	kmemdup(NULL, 16, GFP_KERNEL);
}

static void child_blocked(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGSEGV);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kmemdup(NULL, 16, GFP_KERNEL);
}

static void expect_killed(const char *what, void (*fn)(void))
{
	int status = ktap_child(fn);

	ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "%s: SIGSEGV ends the process: status %#x", what, status);
}

int main(void)
{
	static char before[65536], after[65536];
	static char fill[2 * PAGE];
	loff_t pos = 0;
	pthread_t thread;
	void *good;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	file = filp_open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	memset(fill, 'f', sizeof(fill));
	kernel_write(file, fill, sizeof(fill), &pos);
	kernel_buffer = kmalloc(PAGE, GFP_KERNEL);
	banner = kallsyms_lookup_name("linux_banner");
	if (!kml_why("pci_get_device"))
		pci = pci_get_device(~0, ~0, NULL);
	bad_handle();
	find_places();
	run_functions("");
	pthread_create(&thread, NULL, neighbour, NULL);
	run_functions(" beside another thread");
	stop = true;
	pthread_join(thread, &good);
	ktap_ok(good, "the other thread's memory was right");
	read_maps(before, sizeof(before));
	test_unchanged();
	test_end();
	expect_killed("no handler", child_default);
	expect_killed("blocked", child_blocked);
	run_functions(" after that");
	read_maps(after, sizeof(after));
	ktap_ok(*before && !strcmp(before, after), "/proc/self/maps is as before");
	if (pci)
		pci_dev_put(pci);
	kfree(kernel_buffer);
	filp_close(file, NULL);
	unlink(FILE_NAME);
	return ktap_end();
}
