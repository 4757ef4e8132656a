// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owner and mode of a file and of the directories above it, for trees that no
 * kernel runs from yet and while the module is not loaded: else the kernel is
 * asked (verdict.c).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.h"
#include "util.h"

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

/* The first rule that a file or directory breaks, as the kernel looks at it. */
static void check_one(const char *path, const char *real, struct findings *f)
{
	struct stat st;

	if (lstat(real, &st))
		finding_add(f, UNKNOWN, path, "cannot be looked at",
			    text("%s", strerror(errno)));
	else if (st.st_uid)
		finding_add(f, REFUSAL, path, "is not owned by root",
			    S_ISREG(st.st_mode) ?
			    text("install it anew with kml trust") :
			    text("chown root:root %s", path));
	else if (st.st_mode & 0022)
		finding_add(f, REFUSAL, path, "is writable by others than root",
			    text("chmod go-w %s", path));
	else if (S_ISREG(st.st_mode) && is_open_for_write(real))
		finding_add(f, REFUSAL, path, "is open for writing",
			    text("see fuser -v %s", path));
}

/**
 * place_rules - check a file and all directories above it
 * @path: an absolute name without links
 * @root: directory that stands for the root, or NULL
 * @f: gets what is against it
 */
void place_rules(const char *path, const char *root, struct findings *f)
{
	char *rest = text("%s", path);
	bool last = false;

	while (!last) {
		char *place = text("%s", *rest ? rest : "/"), *slash;
		char *real = text("%s%s", root ? root : "", place);

		last = !strcmp(place, "/");
		check_one(place, real, f);
		free(real);
		free(place);
		slash = strrchr(rest, '/');
		if (slash)
			*slash = 0;
	}
	free(rest);
}
