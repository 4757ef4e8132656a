// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of fs/kml.c about the file and the directories above it, in its
 * order and with its words.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "place.h"
#include "util.h"

#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

/* Where the kernel's log cuts off a file's name. */
#define WHERE_SIZE 64

#define NOT_OWNED "is not owned by root"
#define WRITABLE "is writable by others than root"
#define FOREIGN "is on a nosuid or foreign mount"
#define NOEXEC "is on a noexec mount"
#define IDMAPPED "is on an id-mapped mount"
#define FUSE "is on a FUSE file system"
#define OVERLAY "is on an overlay"
#define OTHER_NS "the path is in another mount namespace"

/* The kernel's "%pd4": up to four components, as the file system names them. */
static char *kernel_name(const char *path)
{
	const char *s = path + strlen(path);
	int slashes = 0;

	while (s > path && slashes < 4) {
		if (*--s == '/')
			slashes++;
	}
	/* with fewer components the root of the file system is one */
	if (slashes == 4)
		s++;
	return text("%.*s", WHERE_SIZE - 1, s);
}

/* The name that a file has in its own file system. */
static char *name_in_fs(const struct mount *mount, const char *path)
{
	const char *below = path;

	if (!mount)
		return kernel_name(path);
	if (strcmp(mount->point, "/") && starts_with(path, mount->point))
		below = path + strlen(mount->point);
	if (strcmp(mount->root, "/")) {
		char *full = text("%s%s", mount->root,
				  strcmp(below, "/") ? below : ""), *name;

		name = kernel_name(full);
		free(full);
		return name;
	}
	return kernel_name(*below ? below : "/");
}

static void refuse(struct findings *f, const struct mount *mount,
		   const char *path, const char *rule, char *remedy)
{
	struct finding *finding = finding_add(f, REFUSAL, path, rule, remedy);
	char *name = name_in_fs(mount, path);

	finding->log = text("not privileged: %s %s", name, rule);
	free(name);
}

static const char *owner_and_mode(const struct statx *st)
{
	if (st->stx_uid)
		return NOT_OWNED;
	return st->stx_mode & 0022 ? WRITABLE : NULL;
}

/* A lease for reading is not given on such a file; only its owner may ask. */
static bool is_open_for_write(const char *real)
{
	int fd = open(real, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool refused = fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) &&
		       errno == EAGAIN;

	if (fd >= 0)
		close(fd);
	return refused;
}

static char *remedy_for(const char *rule, const char *path)
{
	return text("%s %s", strcmp(rule, WRITABLE) ? "chown root:root" :
		    "chmod go-w", path);
}

/* Once is enough: the directories above are mostly on the same one. */
static void warn_overlay(struct findings *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++) {
		if (!strcmp(f->list[i].rule, OVERLAY))
			return;
	}
	finding_add(f, WARNING, path, OVERLAY,
		    text("see that nobody but root can write to its layers"));
}

/* The first rule that a file or directory breaks, as the kernel looks at it. */
static void check_one(const struct statx *st, const struct mount *mount,
		      const char *path, const char *real,
		      const struct caller *caller, struct findings *f)
{
	/* in a user namespace root has another number; that alone is a refusal */
	const char *rule = caller && caller->user_ns ? NULL :
			   owner_and_mode(st);
	struct statfs fs;

	if (rule)
		refuse(f, mount, path, rule, remedy_for(rule, path));
	else if (S_ISREG(st->stx_mode) && is_open_for_write(real))
		refuse(f, mount, path, PLACE_OPEN, text("see fuser -v %s", path));
	else if (!mount)
		return;
	else if (mount_has(mount, "nosuid"))
		refuse(f, mount, path, FOREIGN,
		       text("mount -o remount,suid %s", mount->point));
	else if (mount_has(mount, "noexec"))
		refuse(f, mount, path, NOEXEC,
		       text("mount -o remount,exec %s", mount->point));
	else if (mount_has(mount, "idmapped"))
		refuse(f, mount, path, IDMAPPED,
		       text("mount it without an id mapping"));
	else if (!statfs(real, &fs) &&
		 (unsigned int)fs.f_type == FUSE_SUPER_MAGIC)
		refuse(f, mount, path, FUSE,
		       text("put it on a file system of the kernel's own"));
	else if (!strcmp(mount->fstype, "overlay"))
		warn_overlay(f, path);
}

/*
 * The directory that a mount covers counts, too. It can be seen by way of a
 * copy of the mount that it is in.
 */
static void check_covered(const char *path, const struct mount *mount,
			  const struct caller *caller, struct findings *f)
{
	const struct mount *below = mounts_find(&caller->mounts, mount->parent);
	char *parent = text("%s", path), *slash = strrchr(parent, '/');
	struct statx st;
	int fd;

	if (!below)
		goto out;
	if (!strcmp(below->point, path)) {
		finding_add(f, WARNING, path, "has another mount below",
			    text("which is not looked at"));
		goto out;
	}
	*slash = 0;
	fd = syscall(SYS_open_tree, AT_FDCWD, *parent ? parent : "/",
		     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (fd >= 0 && !statx(fd, slash + 1, AT_SYMLINK_NOFOLLOW,
			      STATX_BASIC_STATS, &st)) {
		const char *rule = caller->user_ns ? NULL : owner_and_mode(&st);

		if (rule)
			refuse(f, below, path, rule,
			       text("unmount it, and then %s the directory",
				    st.stx_uid ? "chown root:root" :
				    "chmod go-w"));
	} else {
		finding_add(f, WARNING, path, "covers another directory",
			    text("whose owner and mode only root can see"));
	}
	if (fd >= 0)
		close(fd);
out:
	free(parent);
}

/**
 * place_rules - check a file and all directories above it
 * @path: an absolute name without links
 * @root: directory that stands for the root, whose mounts do not count; or NULL
 * @caller: this process; NULL with @root
 * @f: gets what is against it
 */
void place_rules(const char *path, const char *root,
		 const struct caller *caller, struct findings *f)
{
	char *rest = text("%s", path);
	bool last = false;

	while (!last) {
		char *place = text("%s", *rest ? rest : "/"), *slash;
		char *real = text("%s%s", root ? root : "", place);
		const struct mount *mount = NULL;
		struct statx st;

		last = !strcmp(place, "/");
		if (statx(AT_FDCWD, real, AT_SYMLINK_NOFOLLOW,
			  STATX_BASIC_STATS | STATX_MNT_ID, &st)) {
			finding_add(f, UNKNOWN, place, "cannot be looked at",
				    text("%s", strerror(errno)));
		} else {
			if (caller)
				mount = mounts_find(&caller->mounts,
						    st.stx_mnt_id);
			check_one(&st, mount, place, real, caller, f);
			if (mount && !last &&
			    st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
				check_covered(place, mount, caller, f);
		}
		free(real);
		free(place);
		slash = strrchr(rest, '/');
		if (slash)
			*slash = 0;
	}
	free(rest);
	if (caller && caller->mount_ns) {
		struct finding *finding = finding_add(f, REFUSAL, NULL,
			OTHER_NS, text("start it outside of the container or sandbox"));

		finding->log = text("not privileged: " OTHER_NS);
	}
}

/**
 * place_rules_foreign - the same for a file on a mount of another namespace
 * @fd: the file, by whatever way it was reached
 * @path: its name there
 * @f: gets what is against it
 */
void place_rules_foreign(int fd, const char *path, struct findings *f)
{
	const char *rule;
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st))
		return;
	rule = owner_and_mode(&st);
	refuse(f, NULL, path, rule ? rule : FOREIGN,
	       text("start it by its name in this process's own tree"));
}

/**
 * place_kernel_name - the end of a file's name as the kernel's log has it
 * @path: an absolute name without links
 * @caller: this process, or NULL
 *
 * Return: a string for free().
 */
char *place_kernel_name(const char *path, const struct caller *caller)
{
	const struct mount *mount = NULL;
	struct statx st;

	if (caller && !statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW,
			     STATX_MNT_ID, &st))
		mount = mounts_find(&caller->mounts, st.stx_mnt_id);
	return name_in_fs(mount, path);
}
