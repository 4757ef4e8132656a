// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * In an ordinary process everything fails in an orderly way: every stub
 * returns -ENOSYS, NULL or false, every function of libkml its error.
 *
 * Built in every way that programs are linked; all must agree.
 */
#include <errno.h>
#include <string.h>

#include <kml/abi.h>
#include <kml/kml.h>

#include "ktap.h"

/* Types do not matter for what is tested here; the header has them. */
#define STUB(name, result, class, flags) long name(void);
#include "stub_list.h"
#undef STUB

static const struct {
	const char *name;
	long (*call)(void);
	long result;
} stubs[] = {
#define STUB(name, result, class, flags) { #name, name, result },
#include "stub_list.h"
};

#define N_STUBS (sizeof(stubs) / sizeof(stubs[0]))

static long early_result;
static int early_state = -1;

/* A constructor of the highest priority that a program ought to use. */
__attribute__((constructor(102))) static void early(void)
{
	early_result = stubs[0].call();
	early_state = kml_available();
}

static void test_stubs(void)
{
	unsigned int bad = 0;

	for (size_t i = 0; i < N_STUBS; i++) {
		long ret = stubs[i].call();

		if (ret == stubs[i].result)
			continue;
		printf("# %s returned %ld\n", stubs[i].name, ret);
		bad++;
	}
	printf("# %zu stubs called\n", N_STUBS);
	ktap_ok(!bad, "every stub fails with the error of its type");
}

static void test_state(void)
{
	int state = kml_state();

	printf("# %s\n", kml_strerror(state));
	ktap_ok(!kml_available(), "not available");
	ktap_ok(state == KML_ERR_NO_MODULE || state == KML_ERR_NOT_TRUSTED,
		"the state names the module or /trusted");
	ktap_ok(!strncmp(kml_strerror(KML_ERR_NOT_TRUSTED),
			 "not under /trusted", 18) &&
		!strncmp(kml_strerror(KML_ERR_NO_MODULE),
			 "module not loaded", 17),
		"the promised words");
	ktap_ok(!strcmp(kml_why(stubs[0].name), kml_strerror(state)) &&
		kml_why(NULL),
		"kml_why tells the same");
}

static void test_strerror(void)
{
	int ok = 1;

	for (int err = -4096; err < 4096; err++)
		ok &= kml_strerror(err) && *kml_strerror(err) &&
		      !strchr(kml_strerror(err), '\n');
	ktap_ok(ok, "kml_strerror has one line for any number");
}

static void test_lookup(void)
{
	struct kml_export_info info = { .size = sizeof(info) };
	struct kml_export_info unsized = { .size = 0 };

	ktap_ok(kml_export_info(stubs[0].name, &info) == -ENOSYS &&
		kml_export_at(0, &info) == -ENOSYS, "no export information");
	ktap_ok(kml_export_info(stubs[0].name, NULL) == -EINVAL &&
		kml_export_info(NULL, &info) == -EINVAL &&
		kml_export_info(stubs[0].name, &unsized) == -EINVAL &&
		kml_export_at(0, NULL) == -EINVAL, "bad arguments are refused");
	ktap_ok(!kml_sym(stubs[0].name) && !kml_sym("nosuch") && !kml_sym(NULL),
		"no addresses");
}

static void test_call(void)
{
	ktap_ok(kml_call(stubs[0].name, 0) == -ENOSYS, "kml_call: -ENOSYS");
	ktap_ok(kml_call(NULL, 0) == -EINVAL, "kml_call: NULL, -EINVAL");
	ktap_ok(kml_call(stubs[0].name, 7, 1L, 2L, 3L, 4L, 5L, 6L, 7L) == -E2BIG &&
		kml_call(stubs[0].name, -1U) == -E2BIG,
		"kml_call: 7 arguments, -E2BIG");
}

static void test_address(void)
{
	errno = 0;
	ktap_ok(!kml_bind_address(NULL) && errno == EINVAL, "kml_bind_address: NULL, EINVAL");
	errno = 0;
	ktap_ok(!kml_bind_address((void *)-64L) && errno == ENOSYS, "kml_bind_address: ENOSYS");
}

static void test_require(void)
{
	const struct kml_need needs[] = { { stubs[0].name, 0 }, { NULL, 0 } };

	/* Its line goes to stderr and is compared by run.sh. */
	ktap_ok(kml_require(needs) == -ENOSYS, "kml_require: -ENOSYS");
	ktap_ok(kml_require(NULL) == -EINVAL && kml_require_names(NULL) == -EINVAL, "kml_require: NULL, -EINVAL");
}

int main(void)
{
	printf("KTAP version 1\n");
	ktap_ok(early_state == 0 && early_result == stubs[0].result,
		"constructors before main get the same answers");
	test_stubs();
	test_state();
	test_strerror();
	test_lookup();
	test_call();
	test_address();
	test_require();
	return ktap_end();
}
