// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Tell whether the exports are available, and if not, why, in words.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kml/kml.h>

#include "bind.h"
#include "record.h"

/* The kernel refuses a longer parameter. */
#define DIR_MAX 1024
#define TRUSTED_PARAMETER "/sys/module/kml/parameters/trusted"
#define TRUSTED_DEFAULT "/trusted"

/*
 * The directory of privileged programs. The module's parameter tells it; where
 * that cannot be read, it is the usual one.
 */
static void trusted_dir(char dir[DIR_MAX + 2])
{
	int fd = open(TRUSTED_PARAMETER, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, dir, DIR_MAX + 1);

	if (fd >= 0)
		close(fd);
	while (len > 0 && (dir[len - 1] == '\n' || dir[len - 1] == '/'))
		len--;
	if (len > 0 && *dir == '/')
		dir[len] = 0;
	else
		strcpy(dir, TRUSTED_DEFAULT);
}

int kml_available(void)
{
	return kml_bound(NULL) == 0;
}

static bool exe_is_trusted(void)
{
	char dir[DIR_MAX + 2], exe[DIR_MAX + 2];
	ssize_t len;

	trusted_dir(dir);
	len = strlen(dir);
	/* Longer paths are cut: only the beginning matters. */
	return readlink("/proc/self/exe", exe, sizeof(exe)) > len &&
	       !memcmp(exe, dir, len) && exe[len] == '/';
}

/* Without sysfs nothing can be said, and the next question decides. */
static bool module_is_absent(void)
{
	return access("/sys/module", F_OK) == 0 &&
	       access("/sys/module/kml", F_OK) != 0;
}

/*
 * Asked afresh each time: these are questions about the machine as it is now,
 * and only a program that failed asks them.
 */
static int reason(void)
{
	if (module_is_absent())
		return KML_ERR_NO_MODULE;
	if (!exe_is_trusted())
		return KML_ERR_NOT_TRUSTED;
	return KML_ERR_REFUSED;
}

int kml_state(void)
{
	int status = kml_bound(NULL);
	int saved_errno = errno;
	int state;

	if (!status)
		return KML_OK;
	if (status != KML_IMAGE_STOCK)
		return KML_ERR_ABI;
	state = reason();
	errno = saved_errno;
	return state;
}

static const char *not_trusted_text(void)
{
	static _Thread_local char text[192];
	int saved_errno = errno;
	char dir[DIR_MAX + 2];

	trusted_dir(dir);
	snprintf(text, sizeof(text),
		 "not under %.100s: as root, copy the program there and run that copy",
		 dir);
	errno = saved_errno;
	return text;
}

const char *kml_strerror(int err)
{
	switch (err) {
	case KML_OK:
		return "available";
	case KML_ERR_NOT_TRUSTED:
		return not_trusted_text();
	case KML_ERR_NO_MODULE:
		return "module not loaded: as root, run modprobe kml, then start the program again";
	case KML_ERR_REFUSED:
		return "not trusted: program and directories must be root's, writable by root alone; load kml first";
	case KML_ERR_ABI:
		return "export table damaged or of an unknown ABI: install the libkml of the loaded module";
	case -EINVAL:
		return "invalid argument";
	case -E2BIG:
		return "more than 6 arguments";
	case -EPROTO:
		return "built with another prototype of the export: build the program again";
	case -ENOENT:
		return "no export of that name";
	case -ENOSYS:
		return "export not available in this process or not offered by this kernel";
	default:
		return "unknown error";
	}
}

#define TEXT_MAX KML_DRIFT_TEXT

static int why_drift(const char *name, uint32_t version,
		     const struct kml_export_info *info, char text[TEXT_MAX])
{
	const struct kml_export e = {
		.version = info->version,
		.prototype = info->prototype,
		.flags = info->flags,
	};
	const struct kml_record need = { .prototype = version };
	const struct kml_record *r = version ? &need : kml_record_find(name);
	struct kml_drift drift;

	if (!r || !kml_record_compare(r, &e, &drift))
		return 0;
	kml_drift_text(text, TEXT_MAX, name, &drift);
	return -EPROTO;
}

/*
 * Can @name be called by a program that was built with prototype @version, 0
 * for that of this library's stub? Returns 0, or an error with @text filled in.
 */
static int why(const char *name, uint32_t version, char text[TEXT_MAX])
{
	struct kml_export_info info = { .size = sizeof(info) };
	int ret = kml_export_info(name, &info);

	if (!kml_available()) {
		snprintf(text, TEXT_MAX, "%s", kml_strerror(kml_state()));
		return -ENOSYS;
	}
	if (ret == -ENOENT) {
		snprintf(text, TEXT_MAX,
			 "export %.64s not known to the loaded module", name);
		return ret;
	}
	if (ret) {
		snprintf(text, TEXT_MAX, "%s", kml_strerror(ret));
		return ret;
	}
	if (info.flags & KML_EXPORT_MISSING) {
		snprintf(text, TEXT_MAX,
			 "export %.64s not offered by this kernel", name);
		return -ENOSYS;
	}
	return why_drift(name, version, &info, text);
}

static void complain(const char *text)
{
	fprintf(stderr, "%s: kml: %s\n", program_invocation_short_name, text);
}

const char *kml_why(const char *name)
{
	static _Thread_local char text[TEXT_MAX];

	return why(name, 0, text) ? text : NULL;
}

int kml_require(const struct kml_need *needs)
{
	char text[TEXT_MAX];
	int ret = 0;

	if (!needs)
		return -EINVAL;
	for (; !ret && needs->name; needs++)
		ret = why(needs->name, needs->version, text);
	if (ret)
		complain(text);
	return ret;
}

int kml_require_names(const char *const names[])
{
	char text[TEXT_MAX];
	int ret = 0;

	if (!names)
		return -EINVAL;
	for (; !ret && *names; names++)
		ret = why(*names, 0, text);
	if (ret)
		complain(text);
	return ret;
}
