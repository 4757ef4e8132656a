// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gated functions take pointers to memory that the program has not touched
 * yet. Many kernel functions access their arguments under a lock or with
 * interrupts off, where a page fault is an oops.
 *
 * link: kml
 * depends: cpu pages gs debug rt
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <kml/exports.h>

#include "ktap.h"

#define SIZE	(40 * PAGE)

static char *map;

/* Fresh memory: no page of it is present. */
static char *untouched(void)
{
	if (map)
		munmap(map, SIZE);
	map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return map;
}

static int not_zero(const char *p, size_t len)
{
	int n = 0;

	while (len--)
		n += !!*p++;
	return n;
}

static void test_random(void)
{
	char *p = untouched() + PAGE - 32;

	get_random_bytes(p, 64);
	ktap_ok(not_zero(p, 32) > 8 && not_zero(p + 32, 32) > 8, "get_random_bytes() across a page's end");
	p = untouched() + PAGE - 1000;
	get_random_bytes(p, 2 * PAGE);
	ktap_ok(not_zero(p, 2 * PAGE) > PAGE && !not_zero(p + 2 * PAGE, 100), "get_random_bytes() of two pages, no byte more");
}

static void test_nofault(void)
{
	void *version = (void *)kallsyms_lookup_name("linux_banner");
	char *p = untouched() + PAGE - 4, *q;

	ktap_ok(!copy_from_kernel_nofault(p, version, 20) && !memcmp(p, "Linux version ", 14),
		"copy_from_kernel_nofault()");
	ktap_ok(copy_from_kernel_nofault(p, (void *)-PAGE, 8), "copy_from_kernel_nofault() of nothing");
	q = kzalloc(1024, GFP_KERNEL);
	memset(q, 'x', 1024);
	p = untouched() + PAGE - 500;
	ktap_ok(!copy_to_kernel_nofault(q, p, 1000) && !not_zero(q, 1000) && q[1000] == 'x', "copy_to_kernel_nofault()");
	kfree(q);
}

static void test_file(void)
{
	struct file *file = filp_open("/tmp/gate_memory", O_RDWR | O_CREAT | O_TRUNC, 0600);
	size_t size = 33 * PAGE;
	loff_t pos = 0;
	char *p;
	int i;

	p = untouched() + PAGE / 2;
	ktap_ok(kernel_write(file, p, size, &pos) == (ssize_t)size && pos == (loff_t)size, "kernel_write() from untouched memory");
	pos = 0;
	p = untouched();
	for (i = 0; i < 33; i++)
		p[i * PAGE] = i + 1;
	kernel_write(file, p, size, &pos);
	pos = 0;
	p = untouched() + PAGE / 2;
	ktap_ok(kernel_read(file, p, size + PAGE, &pos) == (ssize_t)size && pos == (loff_t)size, "kernel_read() to the end of the file");
	for (i = 0; i < 33 && p[i * PAGE] == i + 1; i++)
		;
	ktap_ok(i == 33, "what was written");
	pos = 0;
	ktap_ok(kernel_read(file, p, 0, &pos) == 0 && pos == 0, "kernel_read() of no bytes");
	filp_close(file, NULL);
	unlink("/tmp/gate_memory");
}

/* Inside the module itself, so that its symbol table is searched. */
static void test_symbol(void)
{
	unsigned long addr = kallsyms_lookup_name("kml_gate_missing");
	char *p = untouched() + PAGE - 4;

	ktap_ok(addr && sprint_symbol(p, addr) > 0 && !strncmp(p, "kml_gate_missing", 16), "sprint_symbol()");
	p = untouched() + PAGE - 4;
	ktap_ok(addr && sprint_symbol_no_offset(p, addr) > 0 && !strncmp(p, "kml_gate_missing", 16), "sprint_symbol_no_offset()");
}

static void test_cpus(void)
{
	char *p = untouched() + PAGE - 4;

	ktap_ok(set_cpus_allowed_ptr(get_current(), (void *)p) < 0, "set_cpus_allowed_ptr() with an untouched, empty mask");
	p = untouched() + PAGE - 4;
	ktap_ok(irq_set_affinity(1000000, (void *)p) < 0, "irq_set_affinity() with an untouched, empty mask");
	p = untouched() + PAGE - 4;
	ktap_ok(sched_setattr_nocheck(get_current(), (void *)p) < 0, "sched_setattr_nocheck() with untouched parameters");
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	test_random();
	test_nofault();
	test_file();
	test_symbol();
	test_cpus();
	return ktap_end();
}
