// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read the files of /etc/kml/exports.d. Who can write to them decides what
 * privileged programs call, so they must be root's alone.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kernel_read_file.h>
#include <linux/namei.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "extra.h"

#define FILES_MAX	64
#define FILE_SIZE_MAX	(4 << 20)
#define SUFFIX		".conf"

/**
 * struct listing - the names found in the directory
 * @ctx: for iterate_dir()
 * @files: with names only
 * @count: how many
 * @error: the first error
 */
struct listing {
	struct dir_context ctx;
	struct kml_extra_file *files;
	unsigned int count;
	int error;
};

static bool only_root_writes(const struct inode *inode)
{
	return uid_eq(inode->i_uid, GLOBAL_ROOT_UID) &&
	       !(inode->i_mode & 0022);
}

static int check_directory(const char *name)
{
	struct path path;
	int ret = kern_path(name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY |
			    LOOKUP_NO_SYMLINKS, &path);

	if (ret)
		return ret;
	if (!only_root_writes(d_inode(path.dentry))) {
		pr_err("%s: not read, as %s is not root's or others may write to it\n",
		       KML_EXTRA_DIR, name);
		ret = -EPERM;
	}
	path_put(&path);
	return ret;
}

static bool list_name(struct dir_context *ctx, const char *name, int len,
		      loff_t offset, u64 ino, unsigned int type)
{
	struct listing *listing = container_of(ctx, struct listing, ctx);
	size_t suffix = sizeof(SUFFIX) - 1;
	struct kml_extra_file *file = &listing->files[listing->count];
	int i;

	if (len <= (int)suffix || *name == '.' ||
	    memcmp(name + len - suffix, SUFFIX, suffix))
		return true;
	for (i = 0; i < len; i++)
		if (!isalnum(name[i]) && !strchr("._-", name[i])) {
			pr_err("%s/%*pE: not read, as its name has other characters than A-Z a-z 0-9 . _ -\n",
			       KML_EXTRA_DIR, len, name);
			return true;
		}
	if (listing->count == FILES_MAX) {
		listing->error = -E2BIG;
		return false;
	}
	file->name = kstrndup(name, len, GFP_KERNEL);
	if (!file->name) {
		listing->error = -ENOMEM;
		return false;
	}
	listing->count++;
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct kml_extra_file *file_a = a, *file_b = b;

	return strcmp(file_a->name, file_b->name);
}

static int list_files(struct listing *listing)
{
	struct file *dir = filp_open(KML_EXTRA_DIR,
				     O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	int ret;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	ret = iterate_dir(dir, &listing->ctx) ?: listing->error;
	filp_close(dir, NULL);
	sort(listing->files, listing->count, sizeof(*listing->files), by_name,
	     NULL);
	return ret;
}

static int read_text(struct kml_extra_file *entry, struct file *file)
{
	loff_t size = i_size_read(file_inode(file));
	ssize_t len = 0;
	void *text;

	if (size > FILE_SIZE_MAX)
		return -EFBIG;
	text = vzalloc(size + 1);
	if (!text)
		return -ENOMEM;
	entry->text = text;
	if (size)
		len = kernel_read_file(file, 0, &text, size, NULL,
				       READING_UNKNOWN);
	if (len < 0)
		return len;
	return strlen(entry->text) == len ? 0 : -EINVAL;
}

/* One that cannot be read is left out; the others count. */
static void read_file(struct kml_extra_file *entry)
{
	char *path = kasprintf(GFP_KERNEL, "%s/%s", KML_EXTRA_DIR, entry->name);
	struct file *file;
	int ret = -ENOMEM;

	if (!path)
		goto out;
	file = filp_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	ret = PTR_ERR_OR_ZERO(file);
	if (ret)
		goto out;
	if (!S_ISREG(file_inode(file)->i_mode)) {
		ret = -EINVAL;
	} else if (!only_root_writes(file_inode(file))) {
		pr_err("%s: not read, as it is not root's or others may write to it\n",
		       path);
		ret = -EPERM;
	} else {
		ret = read_text(entry, file);
	}
	filp_close(file, NULL);
out:
	if (ret) {
		if (ret != -EPERM)
			pr_err("%s/%s: not read: %s (%d)\n", KML_EXTRA_DIR,
			       entry->name,
			       ret == -EINVAL ? "no text file" :
			       ret == -EFBIG ? "larger than 4 MiB" :
			       ret == -ELOOP ? "a symbolic link" : "error", ret);
		vfree(entry->text);
		entry->text = NULL;
	}
	kfree(path);
}

/**
 * kml_extra_files_read - read the files of the directory
 * @files: gets them in the order of their names; those that could not be
 *	read have no text
 * @count: gets their number
 *
 * Return: 0, also if there is no such directory or, after a line in the log,
 * none that can be read; or -ENOMEM.
 */
int kml_extra_files_read(struct kml_extra_file **files, unsigned int *count)
{
	struct listing listing = { .ctx.actor = list_name };
	unsigned int i;
	int ret;

	*files = NULL;
	*count = 0;
	ret = check_directory("/etc") ?: check_directory("/etc/kml") ?:
	      check_directory(KML_EXTRA_DIR);
	if (ret)
		goto out;

	listing.files = kcalloc(FILES_MAX + 1, sizeof(*listing.files),
				GFP_KERNEL);
	if (!listing.files)
		return -ENOMEM;
	ret = list_files(&listing);
	if (ret) {
		kml_extra_files_free(listing.files, listing.count);
		goto out;
	}
	for (i = 0; i < listing.count; i++)
		read_file(&listing.files[i]);
	*files = listing.files;
	*count = listing.count;
	return 0;

out:
	/* Missing is nothing to tell, and others' files were told. */
	if (ret != -ENOENT && ret != -EPERM)
		pr_err("%s: not read: %s (%d)\n", KML_EXTRA_DIR,
		       ret == -E2BIG ? "more than 64 files" :
		       ret == -ELOOP ? "a symbolic link" : "error", ret);
	return ret == -ENOMEM ? ret : 0;
}

/**
 * kml_extra_files_free - forget what was read
 * @files: from kml_extra_files_read()
 * @count: how many
 */
void kml_extra_files_free(struct kml_extra_file *files, unsigned int count)
{
	while (count--) {
		kfree(files[count].name);
		vfree(files[count].text);
	}
	kfree(files);
}
