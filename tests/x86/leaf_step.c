// SPDX-License-Identifier: GPL-2.0-only
/*
 * No instruction of a leaf export is kernel text. It was, on the program's
 * stack, where a preemption while it had preemption off was the end of the
 * machine. Each leaf that needs no device is single-stepped.
 *
 * link: kml
 * depends: cpu
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

#define TF 0x100UL

static volatile unsigned long steps, kernel_steps;

static void on_trap(int sig, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;

	(void)sig;
	(void)info;
	steps++;
	kernel_steps += (long)uc->uc_mcontext.gregs[REG_RIP] < 0;
}

static inline void stepping(unsigned long on)
{
	unsigned long flags = __builtin_ia32_readeflags_u64();

	__builtin_ia32_writeeflags_u64(on ? flags | TF : flags & ~TF);
}

#define STEP(name, ...)							\
do {									\
	steps = 0;							\
	kernel_steps = 0;						\
	stepping(1);							\
	name(__VA_ARGS__);						\
	stepping(0);							\
	ktap_ok(steps > 3 && !kernel_steps, "%s(): %lu steps, %lu in the kernel", #name, steps, kernel_steps); \
} while (0)

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	struct timespec64 ts;
	unsigned char device = 0x5a;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	sigaction(SIGTRAP, &action, NULL);
	STEP(ktime_get);
	STEP(ktime_get_raw);
	STEP(ktime_get_real);
	STEP(ktime_get_boottime);
	STEP(ktime_get_clocktai);
	STEP(ktime_get_coarse);
	STEP(ktime_get_mono_fast_ns);
	STEP(ktime_get_seconds);
	STEP(ktime_get_real_seconds);
	STEP(ktime_get_ts64, &ts);
	STEP(ktime_get_raw_ts64, &ts);
	STEP(ktime_get_coarse_real_ts64, &ts);
	STEP(set_normalized_timespec64, &ts, 1, 2000000000);
	STEP(mktime64, 2026, 11, 27, 12, 0, 0);
	STEP(int_sqrt, 1000000);
	STEP(jiffies_to_msecs, 1000);
	STEP(msecs_to_jiffies, 1000);
	STEP(ioread8, &device);
	STEP(iowrite8, 1, &device);
	STEP(rdtsc_ordered);
	ktap_ok(device == 1, "iowrite8() wrote");
	return ktap_end();
}
