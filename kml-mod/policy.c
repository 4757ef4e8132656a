// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policy beyond the rules of the core (fs/kml.c): where the trusted programs
 * are, which group may run them, and kernel lockdown. The parameters cannot be
 * changed while the module is loaded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/binfmts.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "policy.h"

static char *trusted = "/trusted";
module_param(trusted, charp, 0444);
MODULE_PARM_DESC(trusted, "directory whose programs are privileged (default: /trusted)");

static int gid = -1;
module_param(gid, int, 0444);
MODULE_PARM_DESC(gid, "group whose members may run them, root apart (default: -1, everybody)");

static char *ibpb = "auto";
module_param(ibpb, charp, 0444);
MODULE_PARM_DESC(ibpb, "IBPB and STIBP for privileged programs: on, off or auto, where the CPU needs it (default: auto)");

/* Programs that write to kernel memory are what lockdown is there to prevent. */
static bool locked_down(void)
{
	return security_locked_down(LOCKDOWN_DEV_MEM) != 0;
}

/**
 * kml_policy_init - check the parameters and whether the kernel permits us
 *
 * Return: 0 or a negative errno; the log says why.
 */
int kml_policy_init(void)
{
	const char *why = kml_arch_unsupported();

	if (why) {
		pr_err("not supported: %s\n", why);
		return -ENODEV;
	}
	/* "/" would make each program of root privileged, and so would "/." */
	if (trusted[0] != '/' || !trusted[1] || strstr(trusted, "//") ||
	    strstr(trusted, "/.")) {
		pr_err("trusted=%s: must be an absolute path below / without '//' and '/.'\n",
		       trusted);
		return -EINVAL;
	}
	if (gid < -1) {
		pr_err("gid=%d: must be the number of a group, or -1 for everybody\n",
		       gid);
		return -EINVAL;
	}
	if (strcmp(ibpb, "auto") && strcmp(ibpb, "on") && strcmp(ibpb, "off")) {
		pr_err("ibpb=%s: must be on, off or auto\n", ibpb);
		return -EINVAL;
	}
	if (test_bit(TAINT_FORCED_MODULE, &THIS_MODULE->taints)) {
		pr_err("refused: loaded by force into a kernel that it was not built for; run 'dkms install'\n");
		return -EPERM;
	}
	if (locked_down()) {
		pr_err("refused: the kernel is locked down; boot without lockdown to use KML\n");
		return -EPERM;
	}
	return 0;
}

/* The trusted directory. */
const char *kml_policy_trusted(void)
{
	return trusted;
}

/**
 * kml_policy_ibpb - shall privileged programs run as if they had asked for
 *	PR_SPEC_INDIRECT_BRANCH to be disabled?
 */
bool kml_policy_ibpb(void)
{
	return strcmp(ibpb, "auto") ? !strcmp(ibpb, "on") :
				      kml_arch_wants_ibpb();
}

/**
 * kml_policy_refuse_exec - why a program that passed the rules is ordinary
 * @bprm: the program
 *
 * Return: the reason for the log, or NULL if the program may be privileged.
 */
const char *kml_policy_refuse_exec(const struct linux_binprm *bprm)
{
	if (locked_down())
		return "the kernel is locked down";
	/* by the new credentials, as a caller may be about to lose its own */
	if (gid != -1 && !in_egroup_p(make_kgid(&init_user_ns, gid)) &&
	    !cap_raised(bprm->cred->cap_effective, CAP_SYS_MODULE))
		return "the caller is not in the group that the module's parameter gid names";
	return NULL;
}
