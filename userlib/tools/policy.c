// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's say about programs and their callers (kml-mod/policy.c), in its
 * order and with its words, and the directory that it looks for programs in.
 */
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caller.h"
#include "policy.h"
#include "tool.h"
#include "util.h"

#define PARAMETERS "/sys/module/" KML_MODULE "/parameters/"

/**
 * policy_trusted - the directory for privileged programs
 * @root: directory that stands for the root, or NULL
 *
 * Return: a string for free(): what the loaded module says, else /trusted.
 */
char *policy_trusted(const char *root)
{
	char *path = text("%s" PARAMETERS "trusted", root ? root : "");
	char *dir = file_line(path);

	free(path);
	/* the kernel does not mind a slash at the end */
	for (size_t n = dir ? strlen(dir) : 0; n > 1 && dir[n - 1] == '/'; n--)
		dir[n - 1] = 0;
	return dir ? dir : text(KML_TRUSTED);
}

static void refuse(struct findings *f, const char *rule, char *remedy)
{
	finding_add(f, REFUSAL, NULL, rule, remedy)->log =
		text("not privileged: %s", rule);
}

static bool locked_down(void)
{
	char *modes = file_line("/sys/kernel/security/lockdown");
	bool locked = modes && !strstr(modes, "[none]");

	free(modes);
	return locked;
}

static bool in_group(gid_t gid)
{
	int n = getgroups(0, NULL);
	gid_t *groups = calloc(n > 0 ? n : 1, sizeof(*groups));
	bool found = getegid() == gid;

	n = groups ? getgroups(n > 0 ? n : 0, groups) : 0;
	while (!found && n-- > 0)
		found = groups[n] == gid;
	free(groups);
	return found;
}

/**
 * policy_rules - does the module let this process start programs?
 * @f: gets what is against it
 */
void policy_rules(struct findings *f)
{
	char *value = file_line(PARAMETERS "gid");
	long gid = value ? strtol(value, NULL, 10) : -1;

	free(value);
	if (locked_down())
		refuse(f, "the kernel is locked down",
		       text("boot without lockdown to use KML"));
	if (gid >= 0 && !in_group(gid) && !caller_has(CAP_SYS_MODULE))
		refuse(f, "the caller is not in the group that the module's parameter gid names",
		       text("add the user to group %ld", gid));
}
