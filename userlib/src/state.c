// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Tell whether the exports are available, and if not, why, in words.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kml/kml.h>

#include "bind.h"

#define TRUSTED_DIR "/trusted/"

int kml_available(void)
{
	return kml_bound(NULL) == 0;
}

static bool exe_is_trusted(void)
{
	char exe[sizeof(TRUSTED_DIR) - 1];

	/* Longer paths are cut: only the beginning matters. */
	return readlink("/proc/self/exe", exe, sizeof(exe)) == sizeof(exe) &&
	       !memcmp(exe, TRUSTED_DIR, sizeof(exe));
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

const char *kml_strerror(int err)
{
	switch (err) {
	case KML_OK:
		return "available";
	case KML_ERR_NOT_TRUSTED:
		return "not under /trusted: as root, copy the program there and run that copy";
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
	case -ENOENT:
		return "no export of that name";
	case -ENOSYS:
		return "export not available in this process or not offered by this kernel";
	default:
		return "unknown error";
	}
}

const char *kml_why(const char *name)
{
	static _Thread_local char text[128];
	struct kml_export_info info = { .size = sizeof(info) };
	int ret;

	if (!name)
		return kml_strerror(-EINVAL);
	if (!kml_available())
		return kml_strerror(kml_state());
	ret = kml_export_info(name, &info);
	if (ret == 0 && !(info.flags & KML_EXPORT_MISSING))
		return NULL;
	if (ret == 0)
		snprintf(text, sizeof(text),
			 "export %.64s not offered by this kernel", name);
	else
		snprintf(text, sizeof(text),
			 "export %.64s not known to the loaded module", name);
	return text;
}

int kml_require(const char *const names[])
{
	if (!names)
		return -EINVAL;
	/* Also of an empty list the caller wants to hear that nothing works. */
	if (!kml_available()) {
		fprintf(stderr, "%s: kml: %s\n", program_invocation_short_name,
			kml_strerror(kml_state()));
		return -ENOSYS;
	}
	for (; *names; names++) {
		struct kml_export_info info = { .size = sizeof(info) };
		const char *why = kml_why(*names);

		if (!why)
			continue;
		fprintf(stderr, "%s: kml: %s\n", program_invocation_short_name,
			why);
		return kml_export_info(*names, &info) ? -ENOENT : -ENOSYS;
	}
	return 0;
}
