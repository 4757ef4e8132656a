// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Binding to a real KML image whose table is filled with functions of this
 * test: what the stubs call, with which arguments, and what libkml tells.
 *
 * Usage: bind IMAGE
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kml/kml.h>
#include <kml/versions.h>

#include "../src/bind.h"
#include "../src/record.h"
#include "image_file.h"
#include "ktap.h"

/* Set by the gate of gates_*.S. */
const struct kml_export *test_gate_entry;

void test_gate(void);

#define STUB(name, result, class, flags) \
	long name(long a, long b, long c, long d, long e, long f);
#include "stub_list.h"
#undef STUB

static const struct {
	const char *name;
	long (*call)(long a, long b, long c, long d, long e, long f);
	long result;
	const char *class;
	const char *flags;
} stubs[] = {
#define STUB(name, result, class, flags) { #name, name, result, class, flags },
#include "stub_list.h"
};

#define N_STUBS (sizeof(stubs) / sizeof(stubs[0]))

static struct image_file image;

static long target(long a, long b, long c, long d, long e, long f)
{
	return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f;
}

static char printed[256];

/* As the module's side of a variadic export. */
static long print_target(const char *fmt, va_list *args)
{
	return vsnprintf(printed, sizeof(printed), fmt, *args);
}

static int is(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static struct kml_export *image_entry(const char *name)
{
	for (unsigned int i = 0; i < image.table->count; i++)
		if (is(image_file_name(&image, i), name))
			return &image.entries[i];
	return NULL;
}

#ifdef __x86_64__
#define RET		"\xc3"
#define SYSCALL		"\x0f\x05"
#define SYSCALL_RET	RET
#elif defined(__aarch64__)
#define RET		"\xc0\x03\x5f\xd6"
#define SYSCALL		"\x01\x00\x00\xd4"	/* svc #0 */
#define SYSCALL_RET	RET
#else
#define RET		"\x1e\xff\x2f\xe1"	/* bx lr */
#define SYSCALL		"\x00\x00\x00\xef"	/* svc #0 */
#define SYSCALL_RET	"\x0c\x70\xa0\xe1" RET	/* mov r7, ip */
#endif
#define SIZE(insn)	(sizeof(insn) - 1)

/* The gates return to a ret, or to one after a syscall, to be restarted. */
static int label_ok(const struct kml_export *e)
{
	const char *label = (const char *)e + e->ret;

	if (label < image.base + SIZE(SYSCALL) ||
	    label >= image.base + image.size)
		return 0;
	if (e->call_class != KML_SYSCALL)
		return !memcmp(label, RET, SIZE(RET));
	return !memcmp(label, SYSCALL_RET, SIZE(SYSCALL_RET)) &&
	       !memcmp(label - SIZE(SYSCALL), SYSCALL, SIZE(SYSCALL));
}

static int call_ok(size_t i, const struct kml_export *e)
{
	const char *nr = strstr(stubs[i].flags, "nr=");

	test_gate_entry = NULL;
	/* the image's own code, some of it privileged */
	if (is(stubs[i].class, "leaf"))
		return e->flags & KML_EXPORT_LEAF && e->call_class == KML_CALL;
	if (stubs[i].call(1, 2, 3, 4, 5, 6) != 654321)
		return 0;
	if (is(stubs[i].class, "syscall") &&
	    (e->call_class != KML_SYSCALL || !nr ||
	     e->nr != strtoul(nr + 3, NULL, 10)))
		return 0;
	return test_gate_entry == e && label_ok(e);
}

static void test_stubs(void)
{
	unsigned int bad = 0, called = 0;

	for (size_t i = 0; i < N_STUBS; i++) {
		const struct kml_export *e = image_entry(stubs[i].name);

		if (!e || (e->flags & (KML_EXPORT_VARIADIC | KML_EXPORT_MISSING)))
			continue;
		called++;
		if (call_ok(i, e))
			continue;
		printf("# %s (%s) went wrong\n", stubs[i].name, stubs[i].class);
		bad++;
	}
	printf("# %u stubs called\n", called);
	ktap_ok(called && !bad,
		"stubs pass 6 arguments and the result by the gate of their class");
}

static void test_variadic(void)
{
	int (*print)(const char *fmt, ...) = kml_sym("_printk");
	int ret = print("%d %s %ld %d %d %d %llx %c", 1, "two", 3L, 4, 5, 6,
			0x7777777777777777ULL, '8');

	ktap_ok(ret == 32 && is(printed, "1 two 3 4 5 6 7777777777777777 8"),
		"a variadic export gets all its arguments");
	printf("# %s\n", printed);
}

static void test_lookup(void)
{
	struct kml_export_info info = { .size = sizeof(info) };
	struct kml_export_info part = { .size = sizeof(size_t), .version = 42 };
	unsigned int bad = 0, n = 0;

	for (; !kml_export_at(n, &info); n++)
		bad += !info.name || kml_export_info(info.name, &info) ||
		       kml_sym(info.name) != info.stub;
	ktap_ok(n == image.table->count && !bad,
		"all exports are listed and found by name");
	ktap_ok(!kml_export_at(0, &part) && part.version == 42,
		"an older program's shorter structure is not overrun");
	ktap_ok(kml_export_info("nosuch", &info) == -ENOENT && !kml_sym("nosuch"),
		"unknown names are not found");
}

static void test_call(void)
{
	ktap_ok(kml_call("msleep", 6, 1L, 2L, 3L, 4L, 5L, 6L) == 654321 &&
		kml_call("fsleep", 1, 7L) == 7 &&
		kml_call("sys_getppid", 0) == 0, "kml_call passes its arguments");
	ktap_ok(kml_call("nosuch", 0) == -ENOENT && kml_call(NULL, 0) == -EINVAL &&
		kml_call("", 0) == -ENOENT &&
		kml_call("msleep", 7, 1L, 2L, 3L, 4L, 5L, 6L, 7L) == -E2BIG,
		"kml_call refuses what it cannot do");
}

/* Slots of an earlier binding stay: what is missing here was never bound. */
static void test_missing(void)
{
	const char *const needs[] = { "msleep", stubs[0].name, NULL };
	struct kml_export_info info = { .size = sizeof(info) };
	struct kml_export *e = image_entry(stubs[0].name);

	e->flags |= KML_EXPORT_MISSING;
	ktap_ok(!kml_bind_image(image.base, image.size), "a lacking export binds");
	ktap_ok(stubs[0].call(1, 2, 3, 4, 5, 6) == stubs[0].result &&
		kml_call(stubs[0].name, 0) == -ENOSYS && !kml_sym(stubs[0].name),
		"a lacking export cannot be called");
	ktap_ok(!kml_export_info(stubs[0].name, &info) && !info.target &&
		!info.stub && (info.flags & KML_EXPORT_MISSING),
		"a lacking export is described");
	ktap_ok(strstr(kml_why(stubs[0].name), "not offered by this kernel") &&
		!kml_why("msleep") && strstr(kml_why("nosuch"), "not known"),
		"kml_why tells a lacking from an unknown one");
	printf("# %s\n", kml_why("nosuch"));
	ktap_ok(kml_require_names(needs) == -ENOSYS &&
		!kml_require_names(needs + 2),
		"kml_require finds the lacking one");
}

/* Binds, and compares what is written to stderr meanwhile. */
static int drift_line(const struct kml_export *e)
{
	char line[256], want[256];
	int saved = dup(2), fds[2], ret;
	ssize_t n;

	if (saved < 0 || pipe(fds))
		return 0;
	dup2(fds[1], 2);
	ret = kml_bind_image(image.base, image.size);
	dup2(saved, 2);
	close(saved);
	close(fds[1]);
	n = read(fds[0], line, sizeof(line) - 1);
	close(fds[0]);
	line[n > 0 ? n : 0] = 0;
	printf("# %s", line);
	snprintf(want, sizeof(want),
		 "bind: kml: export %s: built against prototype 0x%08x, the kernel offers 0x%08x: build the program again\n",
		 stubs[0].name, e->prototype - 1, e->prototype);
	return !ret && is(line, want);
}

/* A kernel whose module was built with another prototype of an export. */
static void test_prototype(void)
{
	struct kml_export *e = image_entry(stubs[0].name);

	e->prototype++;
	ktap_ok(drift_line(e), "another prototype is one line on stderr");
	ktap_ok(stubs[0].call(1, 2, 3, 4, 5, 6) == stubs[0].result,
		"its stub cannot be called");
	ktap_ok(strstr(kml_why(stubs[0].name), "built against") != NULL,
		"kml_why tells so");
	e->prototype--;
}

static void test_compare(void)
{
	const struct kml_record old = { .prototype = 1 };
	const struct kml_record crc = {
		.prototype = 1, .crc = 2, .flags = KML_RECORD_CRC
	};
	struct kml_export e = { .prototype = 1, .version = 3 };
	struct kml_drift d;

	ktap_ok(!kml_record_compare(&crc, &e, &d) &&
		!kml_record_compare(&old, &e, &d),
		"without a CRC on both sides the prototypes are compared");
	e.flags = KML_EXPORT_CRC;
	ktap_ok(!kml_record_compare(&old, &e, &d) &&
		kml_record_compare(&crc, &e, &d) == -EPROTO &&
		is(d.kind, "crc") && d.built == 2 && d.offered == 3,
		"with both, a CRC that differs is a drift");
	e.version = 2;
	ktap_ok(!kml_record_compare(&crc, &e, &d), "the same CRC is none");
}

/* A program that is older than libkml and the module. */
static void test_require(void)
{
	const struct kml_need good[] = {
		KML_NEED(msleep), KML_NEED(ktime_get), { "yield", 0 }, { NULL, 0 }
	};
	const struct kml_need bad[] = {
		KML_NEED(msleep), { "ktime_get", 42 }, { NULL, 0 }
	};

	ktap_ok(!kml_require(good), "kml_require accepts what fits");
	ktap_ok(kml_require(bad) == -EPROTO,
		"kml_require refuses another prototype");
}

/* Exports that were named when the module was loaded: here, half of them. */
static void test_extra(void)
{
	struct kml_table *t = image.table, saved = *t;
	struct kml_export_info info = { .size = sizeof(info) };
	unsigned int n = 0, bad = 0;
	uint32_t name;

	t->extra_count = t->count / 2;
	t->count -= t->extra_count;
	t->extra = t->entries + t->count * t->entry_size;
	ktap_ok(!kml_bind_image(image.base, image.size), "extra exports bind");
	for (; !kml_export_at(n, &info); n++)
		bad += kml_sym(info.name) != info.stub || !info.stub;
	ktap_ok(n == saved.count && !bad, "they are listed and found by name");
	name = image.entries[n - 1].name;
	image.entries[n - 1].name = ~0U;
	ktap_ok(kml_export_at(n - 1, &info) == -ENOENT && !kml_sym("zzz"),
		"a damaged one is not there");
	image.entries[n - 1].name = name;
	t->extra_count = image.size / t->entry_size;
	ktap_ok(kml_bind_image(image.base, image.size) &&
		kml_state() == KML_ERR_ABI, "a table past the image is refused");
	*t = saved;
	kml_bind_image(image.base, image.size);
}

static void test_damaged(void)
{
	image.table->abi_major++;
	ktap_ok(kml_bind_image(image.base, image.size) &&
		kml_state() == KML_ERR_ABI && !kml_available(),
		"another ABI is refused");
	image.table->abi_major--;
	ktap_ok(kml_bind_image(image.base, 1024) && kml_state() == KML_ERR_ABI,
		"a cut image is refused");
}

static void fill(void)
{
	image_file_fill(&image, test_gate, target);
	image_entry("_printk")->target = (uintptr_t)print_target;
}

int main(int argc, char **argv)
{
	if (argc != 2 || image_file_load(&image, argv[1]))
		return 2;
	printf("KTAP version 1\n");
	ktap_ok(kml_bind_image(image.base, image.size),
		"an image whose table is not filled is refused");
	fill();
	test_missing();
	fill();
	test_prototype();
	test_compare();
	fill();
	ktap_ok(!kml_bind_image(image.base, image.size) && kml_available() &&
		kml_state() == KML_OK, "a filled image binds");
	test_stubs();
	test_variadic();
	test_lookup();
	test_call();
	test_require();
	test_extra();
	test_damaged();
	return ktap_end();
}
