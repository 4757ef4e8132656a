// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the loaded module, which asks the kernel: the rules are there and
 * nowhere else (kernel/kml.c, fs/kml.c, kml-mod/verdict.c). What is here is
 * only what to do about each.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util.h"
#include "verdict.h"

/* Of the offset that stands for a descriptor: see kml-mod/verdict.c. */
#define OFFSET_SIZE 4096

static char *ask(const char *path, int fd)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	char answer[OFFSET_SIZE];
	ssize_t n = -1;

	if (file >= 0) {
		n = pread(file, answer, sizeof(answer),
			  (off_t)fd * OFFSET_SIZE);
		close(file);
	}
	return n > 0 ? text("%.*s", (int)n - 1, answer) : NULL;
}

/**
 * verdict_program - what would become of a program that this process starts?
 * @fd: the program, open for reading
 *
 * Return: a string for free(), "privileged" or "not privileged: REASON"; NULL
 * if there is no module to ask, or the file is not a regular one.
 */
char *verdict_program(int fd)
{
	return ask("/sys/kernel/kml/program_verdict", fd);
}

/**
 * verdict_library - may privileged programs map this file executable?
 * @fd: the file, open for reading
 *
 * Return: as verdict_program(), "NAME: mapped" or "NAME: not mapped: REASON".
 */
char *verdict_library(int fd)
{
	return ask("/sys/kernel/kml/library_verdict", fd);
}

/**
 * verdict_refusal - the reason in a verdict
 * @verdict: what the kernel said
 *
 * Return: the part of @verdict that is the reason, or NULL if it is none.
 */
const char *verdict_refusal(const char *verdict)
{
	static const char * const marks[] = {
		"not privileged: ", "not mapped: ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *at = strstr(verdict, marks[i]);

		if (at)
			return at + strlen(marks[i]);
	}
	return NULL;
}

/**
 * verdict_remedy - what to do about a reason
 * @refusal: the reason
 *
 * Return: a string for free(), or NULL.
 */
char *verdict_remedy(const char *refusal)
{
	static const struct {
		const char *rule;
		const char *remedy;
	} remedies[] = {
		{ "has been deleted", "start the program that is there now" },
		{ "is not owned by root", "chown root:root a directory; a file install anew, with kml trust" },
		{ "is writable by others than root", "chmod go-w" },
		{ "is open for writing", "see fuser -v" },
		{ "nosuid or foreign mount", "mount -o remount,suid, or start it by its name in this process's own tree" },
		{ "noexec mount", "mount -o remount,exec" },
		{ "id-mapped mount", "mount it without an id mapping" },
		{ "FUSE", "put it on a file system of the kernel's own" },
		{ "user namespace", "start it outside of the container or sandbox" },
		{ "mount namespace", "start it outside of the container or sandbox" },
		{ "chroot", "start it from the real root" },
		{ "no_new_privs", "start it from a process without it (a systemd unit: NoNewPrivileges=no)" },
		{ "bounding set", "start it from a process that has it (a systemd unit: CapabilityBoundingSet=, ProtectKernelModules=)" },
		{ "traced", "trace it as root" },
		{ "locked down", "boot without lockdown to use KML" },
		{ "parameter gid", "add the user to that group" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(remedies); i++) {
		if (strstr(refusal, remedies[i].rule))
			return text("%s", remedies[i].remedy);
	}
	return NULL;
}
