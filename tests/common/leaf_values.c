// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaf exports are code of the image. They give what the kernel's functions give,
 * which are called through the gate by their address.
 *
 * link: kml
 * depends: cpu
 */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <kml/abi.h>
#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define NSEC 1000000000LL

/* The kernel's function behind an export of the list, or NULL. */
static void *kernels(const char *name)
{
	struct kml_export_info info = { .size = sizeof(info) };

	if (kml_export_info(name, &info) || !info.target)
		return NULL;
	return kml_bind_address((void *)(uintptr_t)info.target);
}

static int is_leaf(const char *name)
{
	struct kml_export_info info = { .size = sizeof(info) };

	return !kml_export_info(name, &info) && info.call_class == KML_LEAF;
}

/* A clock lies between two readings of the kernel's; coarse ones by a tick. */
static void clock_ns(const char *name, ktime_t (*leaf)(void))
{
	ktime_t (*kernel)(void) = kernels(name);
	int bad = 0;

	for (int i = 0; kernel && i < 1000; i++) {
		ktime_t before = kernel(), between = leaf(), after = kernel();

		bad += between < before || between > after;
	}
	ktap_ok(kernel && is_leaf(name) && !bad, "%s(): %d of 1000 out of order", name, bad);
}

static int64_t ns(const struct timespec64 *ts)
{
	return ts->tv_sec * NSEC + ts->tv_nsec;
}

static void clock_ts(const char *name, void (*leaf)(struct timespec64 *))
{
	void (*kernel)(struct timespec64 *) = kernels(name);
	struct timespec64 before, between, after;
	int bad = 0;

	for (int i = 0; kernel && i < 1000; i++) {
		kernel(&before);
		leaf(&between);
		kernel(&after);
		bad += ns(&between) < ns(&before) || ns(&between) > ns(&after) ||
		       between.tv_nsec < 0 || between.tv_nsec >= NSEC;
	}
	ktap_ok(kernel && is_leaf(name) && !bad, "%s(): %d of 1000 out of order", name, bad);
}

static void clocks(void)
{
	clock_ns("ktime_get", ktime_get);
	clock_ns("ktime_get_raw", ktime_get_raw);
	clock_ns("ktime_get_real", ktime_get_real);
	clock_ns("ktime_get_boottime", ktime_get_boottime);
	clock_ns("ktime_get_clocktai", ktime_get_clocktai);
	clock_ns("ktime_get_coarse", ktime_get_coarse);
	clock_ns("ktime_get_mono_fast_ns", (void *)ktime_get_mono_fast_ns);
	clock_ns("ktime_get_raw_fast_ns", (void *)ktime_get_raw_fast_ns);
	clock_ns("ktime_get_boot_fast_ns", (void *)ktime_get_boot_fast_ns);
	clock_ns("ktime_get_real_fast_ns", (void *)ktime_get_real_fast_ns);
	clock_ns("ktime_get_seconds", ktime_get_seconds);
	clock_ns("ktime_get_real_seconds", ktime_get_real_seconds);
	clock_ts("ktime_get_ts64", ktime_get_ts64);
	clock_ts("ktime_get_real_ts64", ktime_get_real_ts64);
	clock_ts("ktime_get_raw_ts64", ktime_get_raw_ts64);
	clock_ts("ktime_get_coarse_ts64", ktime_get_coarse_ts64);
	clock_ts("ktime_get_coarse_real_ts64", ktime_get_coarse_real_ts64);
}

/* 0, around each power of two, and some others. */
static unsigned long sample(unsigned int i)
{
	unsigned int bit = i / 3 % (sizeof(long) * CHAR_BIT);

	return i < 3 * sizeof(long) * CHAR_BIT ? (1UL << bit) + i % 3 - 1 : i * 0x9e3779b97f4a7c15ULL;
}

#define SAMPLES 1000

#define SAME(name, type)						\
static void same_##name(void)						\
{									\
	unsigned long (*kernel)(type x) = kernels(#name);		\
	unsigned long (*leaf)(type x) = (void *)name;			\
	unsigned int bad = 0;						\
									\
	for (unsigned int i = 0; kernel && i < SAMPLES; i++)		\
		bad += kernel(sample(i)) != leaf(sample(i));		\
	ktap_ok(kernel && !bad, #name "(): %u of %u differ", bad, SAMPLES); \
}

SAME(int_sqrt, unsigned long)
SAME(jiffies_to_msecs, unsigned long)
SAME(jiffies_to_usecs, unsigned long)
SAME(msecs_to_jiffies, unsigned int)
SAME(usecs_to_jiffies, unsigned int)

static void test_mktime(void)
{
	time64_t (*kernel)(unsigned int year, unsigned int mon, unsigned int day, unsigned int hour, unsigned int min,
			   unsigned int sec) = kernels("mktime64");
	int bad = 0;

	for (unsigned int i = 0; kernel && i < SAMPLES; i++)
		bad += kernel(1970 + i, i % 12 + 1, i % 28 + 1, i % 24, i % 60, i % 61) !=
		       mktime64(1970 + i, i % 12 + 1, i % 28 + 1, i % 24, i % 60, i % 61);
	ktap_ok(kernel && !bad && mktime64(2000, 3, 1, 0, 0, 0) == 951868800, "mktime64(): %d differ", bad);
}

static void test_normalized(void)
{
	void (*kernel)(struct timespec64 *ts, time64_t sec, int64_t nsec) = kernels("set_normalized_timespec64");
	struct timespec64 one, two;
	int bad = 0;

	for (int i = -50; kernel && i < 50; i++) {
		memset(&one, 0, sizeof(one));
		memset(&two, 0, sizeof(two));
		kernel(&one, 7, i * 123456789LL);
		set_normalized_timespec64(&two, 7, i * 123456789LL);
		bad += !!memcmp(&one, &two, sizeof(one));
	}
	ktap_ok(kernel && !bad, "set_normalized_timespec64(): %d differ", bad);
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	clocks();
	same_int_sqrt();
	same_jiffies_to_msecs();
	same_jiffies_to_usecs();
	same_msecs_to_jiffies();
	same_usecs_to_jiffies();
	test_mktime();
	test_normalized();
	return ktap_end();
}
