// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/kml: version and state of the module, and the exports as a
 * table of text; verdict.c has the rest.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "compat.h"
#include "exports.h"
#include "image.h"
#include "kml_gate.h"
#include "sysfs.h"

/* All lines of "exports" have this length, so that any part can be read. */
#define LINE_SIZE	(KML_NAME_WIDTH + \
			 sizeof(" syscall 01234567 crc   0123456789abcdef 01234567"))

static struct kobject *kml_kobj;

static ssize_t abi_version_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u.%u\n", KML_ABI_MAJOR, KML_ABI_MINOR);
}

static struct kobj_attribute abi_version_attr = __ATTR_RO(abi_version);

static ssize_t version_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%s\n", KML_VERSION);
}

static struct kobj_attribute version_attr = __ATTR_RO(version);

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	/* Registered with the kernel by the end of module init. */
	return sysfs_emit(buf, "%s\n",
			  THIS_MODULE->state == MODULE_STATE_LIVE ?
			  "ready" : "starting");
}

static struct kobj_attribute state_attr = __ATTR_RO(state);

static ssize_t syscalls_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *buf)
{
	return kml_entry_state(buf);
}

static struct kobj_attribute syscalls_attr = __ATTR_RO(syscalls);

static struct attribute *attrs[] = {
	&abi_version_attr.attr,
	&version_attr.attr,
	&state_attr.attr,
	&syscalls_attr.attr,
	NULL
};

static const struct attribute_group group = { .attrs = attrs };

static const char *version_kind(const struct kml_export *export)
{
	if (export->flags & KML_EXPORT_MISSING)
		return "none";
	return export->flags & KML_EXPORT_CRC ? "crc" : "proto";
}

static unsigned int export_class(const struct kml_export *export)
{
	return export->flags & KML_EXPORT_LEAF ? KML_LEAF : export->call_class;
}

/*
 * Line @i: name, class, version, what the version is of, the address, and the
 * hash of the prototype, which is the version where there is no CRC.
 */
static void export_line(unsigned int i, bool show_addr, char *line)
{
	static const char * const class[] = {
		[KML_LEAF] = "leaf",
		[KML_CALL] = "call",
		[KML_SYSCALL] = "syscall",
	};
	const struct kml_export *export = kml_image_export(i);

	snprintf(line, LINE_SIZE, "%-*s %-7s %08x %-5s %016llx %08x",
		 KML_NAME_WIDTH, kml_image_export_name(export),
		 class[export_class(export)], export->version,
		 version_kind(export),
		 show_addr && !(export->flags & KML_EXPORT_MISSING) ?
		 export->target : 0ULL, export->prototype);
	line[LINE_SIZE - 1] = '\n';
}

/* Addresses are for those who may see them in /proc/kallsyms. */
static ssize_t exports_read(struct file *file, struct kobject *kobj,
			    KML_BIN_ATTRIBUTE *attr, char *buf, loff_t off,
			    size_t count)
{
	bool show_addr = file_ns_capable(file, &init_user_ns, CAP_SYSLOG);
	size_t pos = off, done = 0;

	if (off >= (loff_t)(kml_exports_count() * LINE_SIZE))
		return 0;
	while (done < count) {
		unsigned int i = (pos + done) / LINE_SIZE;
		size_t skip = (pos + done) % LINE_SIZE;
		char line[LINE_SIZE];
		size_t n;

		if (i >= kml_exports_count())
			break;
		export_line(i, show_addr, line);
		n = min(LINE_SIZE - skip, count - done);
		memcpy(buf + done, line + skip, n);
		done += n;
	}
	return done;
}

static struct bin_attribute exports_attr = __BIN_ATTR_RO(exports, 0);

/**
 * kml_sysfs_create - make /sys/kernel/kml
 * @ops: what is being registered
 *
 * Return: 0 or a negative errno.
 */
int kml_sysfs_create(const struct kml_ops *ops)
{
	int ret;

	kml_kobj = kobject_create_and_add("kml", kernel_kobj);
	if (!kml_kobj)
		return -ENOMEM;

	ret = sysfs_create_group(kml_kobj, &group);
	if (ret)
		goto out_kobj;
	ret = sysfs_create_bin_file(kml_kobj, &exports_attr) ?:
	      kml_verdict_create(kml_kobj, ops);
	if (ret)
		goto out_kobj;
	return 0;

out_kobj:
	kobject_put(kml_kobj);
	return ret;
}

/**
 * kml_sysfs_destroy - remove /sys/kernel/kml
 */
void kml_sysfs_destroy(void)
{
	kobject_put(kml_kobj);
}
