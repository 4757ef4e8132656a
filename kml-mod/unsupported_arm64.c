// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ways to boot in which privileged programs cannot work on arm64.
 */
#include <linux/kml.h>
#include <linux/stddef.h>
#include <asm/cpufeature.h>

#include "policy.h"

/**
 * kml_arch_unsupported - why this kernel cannot run privileged programs
 *
 * Return: the reason and what to do, or NULL.
 */
const char *kml_arch_unsupported(void)
{
	/* their first use traps at EL0 only, so nobody saves these registers */
	if (system_supports_sve() || system_supports_sme())
		return "SVE or SME is on; boot with arm64.nosve arm64.nosme";
	return NULL;
}

bool kml_arch_wants_ibpb(void)
{
	return false;
}
