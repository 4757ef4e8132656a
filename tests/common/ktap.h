/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every test program needs: KTAP lines, the privilege it runs at, and how
 * large a page is.
 * See Documentation/dev-tools/ktap.rst.
 */
#ifndef KTAP_H
#define KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The largest page that a kernel may have here: what is one of these is one or more of any. */
#if defined(__aarch64__)
#define PAGE	65536
#else
#define PAGE	4096
#endif

static unsigned int ktap_count, ktap_failed, ktap_skipped;

static inline void ktap_start(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n");
}

/* One result. Returns @pass, so that a test can stop when it makes no sense. */
__attribute__((format(printf, 2, 3)))
static inline bool ktap_ok(bool pass, const char *fmt, ...)
{
	va_list args;

	ktap_failed += !pass;
	printf("%s %u ", pass ? "ok" : "not ok", ++ktap_count);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	return pass;
}

static inline void ktap_skip(const char *what, const char *why)
{
	ktap_skipped++;
	printf("ok %u %s # SKIP %s\n", ++ktap_count, what, why);
}

/* The plan comes last, as KTAP allows. Exit status of main(). */
static inline int ktap_end(void)
{
	printf("1..%u\n", ktap_count);
	if (ktap_failed || !ktap_count)
		return 1;
	return ktap_skipped == ktap_count ? 4 : 0;
}

/* Does the harness expect this process to be privileged? */
static inline bool ktap_trusted(void)
{
	const char *mode = getenv("KML_MODE");

	return mode && !strcmp(mode, "trusted");
}

#ifdef __aarch64__
#include "arm64_el.h"
#endif

/*
 * The privilege that the program runs at in x86's numbers: 0 is the kernel's,
 * 3 a user's. On ARM these are SYSTEM and USER mode, and 1 is any other; on
 * arm64 EL1 or EL2, and EL0.
 */
static inline unsigned int ktap_cpl(void)
{
#if defined(__x86_64__)
	unsigned short cs;

	asm volatile("mov %%cs, %0" : "=r" (cs));
	return cs & 3;
#elif defined(__arm__)
	unsigned int psr;

	asm volatile("mrs %0, cpsr" : "=r" (psr));
	switch (psr & 0x1f) {
	case 0x1f:
		return 0;
	case 0x10:
		return 3;
	}
	return 1;
#elif defined(__aarch64__)
	return ktap_current_el() ? 0 : 3;
#endif
}

/*
 * The first result of each test: we run at the privilege that the place we
 * were started from gives. Without it, a test could pass as an ordinary
 * program.
 */
static inline void ktap_check_privilege(void)
{
	unsigned int want = ktap_trusted() ? 0 : 3;

	if (!ktap_ok(ktap_cpl() == want, "runs at CPL%u", want))
		exit(ktap_end());
}

/* Run @fn in a child: its wait status. */
static inline int ktap_child(void (*fn)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		fn();
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

#endif /* KTAP_H */
