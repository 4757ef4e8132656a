// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of fs/kml.c about the process that starts a program, in its order
 * and with its words.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "caller.h"
#include "util.h"

/* Numbers of the initial namespaces: the kernel's PROC_*_INIT_INO. */
#define INIT_USER_NS "user:[4026531837]"
#define INIT_PID_NS "pid:[4026531836]"

static bool namespace_is(const char *link, const char *name)
{
	char buf[64];
	ssize_t n = readlink(link, buf, sizeof(buf));

	return n == (ssize_t)strlen(name) && !memcmp(buf, name, n);
}

/*
 * Mounts have one number in all of the system, and everybody may see those of
 * PID 1. What it sees at all is in its namespace; what it has as "/" is the
 * system's root.
 */
static void compare_roots(struct caller *caller, const struct mounts *init)
{
	const struct mount *root = mounts_at(init, "/");
	struct statx st;

	if (!root || statx(AT_FDCWD, "/", 0, STATX_MNT_ID, &st) ||
	    !(st.stx_mask & STATX_MNT_ID)) {
		caller->blind = true;
		return;
	}
	caller->mount_ns = !mounts_find(init, st.stx_mnt_id);
	caller->chroot = !caller->mount_ns && st.stx_mnt_id != root->id;
	/* a directory that is no mount, on whatever mount */
	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		caller->chroot = true;
}

/**
 * caller_read - look at this process
 * @caller: filled in; to be given to caller_free(), also after a failure
 *
 * Return: 0, or a negative errno if /proc is not as it should be.
 */
int caller_read(struct caller *caller)
{
	struct mounts init = { };
	int ret;

	*caller = (struct caller) { };
	caller->user_ns = !namespace_is("/proc/self/ns/user", INIT_USER_NS);
	ret = mounts_read(&caller->mounts, "/proc/self/mountinfo");
	if (ret)
		return ret;
	ret = namespace_is("/proc/self/ns/pid", INIT_PID_NS) ?
		mounts_read(&init, "/proc/1/mountinfo") : -EACCES;
	if (ret)
		caller->blind = true;
	else
		compare_roots(caller, &init);
	mounts_free(&init);
	return 0;
}

/**
 * caller_free - forget what caller_read() found
 * @caller: this process
 */
void caller_free(struct caller *caller)
{
	mounts_free(&caller->mounts);
}

/* A number in /proc/PID/status, or -1. */
static long long status_field(const char *pid, const char *key, int base)
{
	char *path = text("/proc/%s/status", pid), *find = text("\n%s:", key);
	char *status = file_text(path, NULL), *at;
	long long value = -1;

	at = status ? strstr(status, find) : NULL;
	if (at)
		value = strtoll(at + strlen(find), NULL, base);
	free(status);
	free(find);
	free(path);
	return value;
}

static bool process_has(const char *pid, int capability)
{
	long long effective = status_field(pid, "CapEff", 16);

	return effective >= 0 && effective >> capability & 1;
}

/**
 * caller_has - does this process have a capability?
 * @capability: CAP_*
 */
bool caller_has(int capability)
{
	return process_has("self", capability);
}

static bool traced_by_unprivileged(void)
{
	long long tracer = status_field("self", "TracerPid", 10);
	char pid[24];

	snprintf(pid, sizeof(pid), "%lld", tracer);
	return tracer > 0 && !process_has(pid, CAP_SYS_MODULE);
}

static void refuse(struct findings *f, const char *rule, const char *remedy)
{
	struct finding *finding = finding_add(f, REFUSAL, NULL, rule,
					      text("%s", remedy));

	finding->log = text("not privileged: %s", rule);
}

/**
 * caller_rules - may this process start privileged programs?
 * @caller: this process
 * @f: gets what is against it
 */
void caller_rules(const struct caller *caller, struct findings *f)
{
	if (caller->user_ns)
		refuse(f, "the caller is in a user namespace",
		       "start it outside of the container or sandbox");
	if (caller->mount_ns)
		refuse(f, "the caller is in another mount namespace",
		       "start it outside of the container or sandbox");
	if (caller->chroot)
		refuse(f, "the caller is in a chroot",
		       "start it from the real root");
	if (caller->blind)
		finding_add(f, UNKNOWN, NULL,
			    "the caller may be in a chroot or another mount namespace",
			    text("/proc does not show PID 1"));
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		refuse(f, "the caller has no_new_privs set",
		       "start it from a process without it (a systemd unit: NoNewPrivileges=no)");
	if (traced_by_unprivileged())
		refuse(f, "the caller is traced by an unprivileged process",
		       "trace it as root");
}
