// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions for exports that only x86_64 has.
 */
#include <asm/msr.h>

#include "helpers.h"

u64 kml_rdtsc_ordered(void)
{
	return rdtsc_ordered();
}

int kml_rdmsrl_safe(u32 msr, u64 *value)
{
	return rdmsrl_safe(msr, value);
}

int kml_wrmsrl_safe(u32 msr, u64 value)
{
	return wrmsrl_safe(msr, value);
}

int kml_rdmsrl_safe_on_cpu(unsigned int cpu, u32 msr, u64 *value)
{
	return rdmsrl_safe_on_cpu(cpu, msr, value);
}

int kml_wrmsrl_safe_on_cpu(unsigned int cpu, u32 msr, u64 value)
{
	return wrmsrl_safe_on_cpu(cpu, msr, value);
}
