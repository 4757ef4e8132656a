// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs and ways to boot on which privileged programs cannot work on x86_64, and
 * what the CPU wants done for them.
 */
#include <linux/cc_platform.h>
#include <asm/cpufeature.h>

#include "policy.h"

/**
 * kml_arch_unsupported - why this kernel cannot run privileged programs
 *
 * Return: the reason and what to do, or NULL.
 */
const char *kml_arch_unsupported(void)
{
	if (cpu_feature_enabled(X86_FEATURE_XENPV))
		return "Xen PV guest; run the kernel on hardware, as HVM or as PVH";
	if (cpu_feature_enabled(X86_FEATURE_FRED))
		return "FRED is active; boot with fred=off";
	if (cpu_feature_enabled(X86_FEATURE_TDX_GUEST) ||
	    cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT))
		return "confidential guest (TDX, SEV-ES); run in an ordinary one";
	return NULL;
}

/**
 * kml_arch_wants_ibpb - can user mode train this CPU's kernel predictions?
 *
 * Enhanced and automatic IBRS keep predictions of different privilege apart by
 * themselves (Documentation/admin-guide/hw-vuln/spectre.rst).
 */
bool kml_arch_wants_ibpb(void)
{
	return boot_cpu_has_bug(X86_BUG_SPECTRE_V2) &&
	       !cpu_feature_enabled(X86_FEATURE_IBRS_ENHANCED);
}
