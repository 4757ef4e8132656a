// SPDX-License-Identifier: GPL-2.0-only
/*
 * The directory that the module looks for programs in.
 */
#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "tool.h"
#include "util.h"

/**
 * policy_trusted - the directory for privileged programs
 * @root: directory that stands for the root, or NULL
 *
 * Return: a string for free(): what the loaded module says, else /trusted.
 */
char *policy_trusted(const char *root)
{
	char *path = text("%s/sys/module/" KML_MODULE "/parameters/trusted",
			  root ? root : "");
	char *dir = file_line(path);

	free(path);
	/* the kernel does not mind a slash at the end */
	for (size_t n = dir ? strlen(dir) : 0; n > 1 && dir[n - 1] == '/'; n--)
		dir[n - 1] = 0;
	return dir ? dir : text(KML_TRUSTED);
}
