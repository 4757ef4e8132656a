// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/kml/{program,library}_verdict: what the rules say of a file that
 * the reader has open. The offset names the descriptor, so one pread() asks
 * and answers; "cat program_verdict <PROGRAM" asks about descriptor 0. It is
 * the kernel that decides, by the same function as for exec, but neither the
 * log nor audit hears of it.
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kml.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "compat.h"
#include "policy.h"
#include "sysfs.h"

/* Between the offsets of two descriptors; answers are shorter. */
#define ANSWER_SIZE	4096

static const struct kml_ops *kml;

/* As if the caller started it; only a setuid program's credentials differ. */
static void judge_program(struct file *file, char *text, size_t size)
{
	struct linux_binprm bprm = {
		.file = file,
		.cred = (struct cred *)current_cred(),
		.unsafe = (current->ptrace ? LSM_UNSAFE_PTRACE : 0) |
			  (task_no_new_privs(current) ?
			   LSM_UNSAFE_NO_NEW_PRIVS : 0),
	};
	struct kml_refusal no = { };
	char why[KML_REPORT_SIZE];

	/* what it breaks elsewhere does not matter */
	if (!kml_exec_judge(kml, &bprm, &no))
		no = (struct kml_refusal) {
			.why = "it is not in the trusted directory",
		};
	kml_report_why(&no, why);
	snprintf(text, size, no.why ? "not privileged: %s\n" : "privileged\n",
		 why);
}

static void judge_library(struct file *file, char *text, size_t size)
{
	struct kml_refusal no = { };
	char name[KML_REPORT_SIZE], why[KML_REPORT_SIZE];

	kml_file_judge(file, &no);
	kml_report_file(file, name);
	kml_report_why(&no, why);
	snprintf(text, size, no.why ? "%s: not mapped: %s\n" : "%s: mapped\n",
		 name, why);
}

static ssize_t verdict_read(struct file *sysfs, struct kobject *kobj,
			    KML_BIN_ATTRIBUTE *attr, char *buf, loff_t off,
			    size_t count)
{
	loff_t pos = off % ANSWER_SIZE;
	ssize_t ret = -EBADF;
	char text[3 * KML_REPORT_SIZE];
	struct fd f;

	if (off / ANSWER_SIZE > INT_MAX)
		return -EBADF;
	f = fdget(off / ANSWER_SIZE);
	if (!fd_file(f))
		return -EBADF;
	if (S_ISREG(file_inode(fd_file(f))->i_mode) &&
	    fd_file(f)->f_mode & FMODE_READ) {
		if (attr->private)
			judge_library(fd_file(f), text, sizeof(text));
		else
			judge_program(fd_file(f), text, sizeof(text));
		ret = memory_read_from_buffer(buf, count, &pos, text,
					      strlen(text));
	}
	fdput(f);
	return ret;
}

static struct bin_attribute program_attr = {
	.attr = { .name = "program_verdict", .mode = 0444 },
	.read = verdict_read,
};

static struct bin_attribute library_attr = {
	.attr = { .name = "library_verdict", .mode = 0444 },
	.private = &library_attr,
	.read = verdict_read,
};

/**
 * kml_verdict_create - make the files that give verdicts
 * @kobj: the directory
 * @ops: what is being registered
 *
 * Return: 0 or a negative errno; what was made goes with the directory.
 */
int kml_verdict_create(struct kobject *kobj, const struct kml_ops *ops)
{
	kml = ops;
	return sysfs_create_bin_file(kobj, &program_attr) ?:
	       sysfs_create_bin_file(kobj, &library_attr);
}
