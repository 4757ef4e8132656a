// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions for exports that only x86_64 has.
 */
#include <asm/msr.h>
#include <asm/smp.h>

#include "compat.h"
#include "helpers.h"

u64 kml_rdtsc_ordered(void)
{
	return rdtsc_ordered();
}

int kml_rdmsrl_safe(u32 msr, u64 *value)
{
	return rdmsrq_safe(msr, value);
}

int kml_wrmsrl_safe(u32 msr, u64 value)
{
	return wrmsrq_safe(msr, value);
}

int kml_rdmsrl_safe_on_cpu(unsigned int cpu, u32 msr, u64 *value)
{
	return rdmsrq_safe_on_cpu(cpu, msr, value);
}

int kml_wrmsrl_safe_on_cpu(unsigned int cpu, u32 msr, u64 value)
{
	return wrmsrq_safe_on_cpu(cpu, msr, value);
}

/* 6.17 took the result away, which had always been 0. */
int kml_wbinvd_on_all_cpus(void)
{
	wbinvd_on_all_cpus();
	return 0;
}
