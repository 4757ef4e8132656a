// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ways to boot in which privileged programs cannot work on ARMv7.
 */
#include <linux/kml.h>
#include <linux/stddef.h>

#include "policy.h"

/**
 * kml_arch_unsupported - why this kernel cannot run privileged programs
 *
 * Return: the reason and what to do, or NULL.
 */
const char *kml_arch_unsupported(void)
{
	struct kml_symbol pages;

	/* as many as the kernel found good when it booted */
	if (kml_lookup("vdso_total_pages", &pages) ||
	    !*(unsigned int *)pages.addr)
		return "the vDSO could not be set up; see the kernel's log";
	return NULL;
}

bool kml_arch_wants_ibpb(void)
{
	return false;
}
