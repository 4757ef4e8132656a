/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mounts that this process, or PID 1, sees.
 */
#ifndef KML_MOUNTS_H
#define KML_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct mount - a line of /proc/PID/mountinfo
 * @id: number of the mount, unique over all mount namespaces
 * @parent: that of the mount below it
 * @root: the directory of the file system that is mounted
 * @point: where it is mounted
 * @options: of the mount, in commas
 * @fstype: type of the file system
 */
struct mount {
	uint64_t id;
	uint64_t parent;
	char *root;
	char *point;
	char *options;
	char *fstype;
};

struct mounts {
	struct mount *list;
	size_t n;
	char *text;
};

int mounts_read(struct mounts *all, const char *path);
void mounts_free(struct mounts *all);
const struct mount *mounts_find(const struct mounts *all, uint64_t id);
const struct mount *mounts_at(const struct mounts *all, const char *point);
bool mount_has(const struct mount *mount, const char *option);

#endif /* KML_MOUNTS_H */
