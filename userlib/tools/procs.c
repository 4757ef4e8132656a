// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the processes that run at kernel privilege.
 *
 * The kernel maps the KML vDSO directly above the stock one, and tells the
 * program (AT_SYSINFO_EHDR) of the former. Neither can be had by an ordinary
 * process: it cannot map a second vDSO, nor move one, nor write its auxv.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "procs.h"
#include "util.h"

/* Where the program was told that its vDSO is, 0 if nowhere. */
static unsigned long vdso_told(const char *auxv, size_t len)
{
	unsigned long entry[2];

	for (size_t i = 0; i + sizeof(entry) <= len; i += sizeof(entry)) {
		memcpy(entry, auxv + i, sizeof(entry));
		if (entry[0] == AT_SYSINFO_EHDR)
			return entry[1];
	}
	return 0;
}

/* Does one vDSO end where the other, the program's, begins? */
static bool vdso_is_second(char *maps, unsigned long told)
{
	unsigned long start, end, prev_end = 0;
	char *line, *save;
	int name;

	for (line = strtok_r(maps, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		name = 0;
		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %n", &start, &end,
			   &name) < 2 || !name || strcmp(line + name, "[vdso]"))
			continue;
		if (start == told && prev_end == start)
			return true;
		prev_end = end;
	}
	return false;
}

/* 1 or 0, or -errno: -EACCES if this user may not know. */
static int is_privileged(const char *pid)
{
	char *path = text("/proc/%s/auxv", pid), *auxv, *maps;
	size_t len;
	int ret;

	auxv = file_text(path, &len);
	ret = auxv ? 0 : -errno;
	free(path);
	if (ret)
		return ret;
	path = text("/proc/%s/maps", pid);
	maps = file_text(path, NULL);
	ret = maps ? 0 : -errno;
	free(path);
	if (!ret)
		ret = vdso_is_second(maps, vdso_told(auxv, len));
	free(auxv);
	free(maps);
	return ret;
}

static char *program_of(const char *pid)
{
	char *path = text("/proc/%s/exe", pid), buf[PATH_MAX];
	ssize_t n = readlink(path, buf, sizeof(buf));

	free(path);
	return n < 0 || n == sizeof(buf) ? NULL : text("%.*s", (int)n, buf);
}

static void add(struct processes *all, const char *pid)
{
	char *comm = text("/proc/%s/comm", pid);
	char *status = text("/proc/%s/status", pid), *line;
	struct process p = { .pid = atoi(pid) };

	/* not the directory's owner: that is root if it is not dumpable */
	line = file_text(status, NULL);
	if (line && strstr(line, "\nUid:"))
		p.uid = strtoul(strstr(line, "\nUid:") + 5, NULL, 10);
	free(line);
	p.name = file_line(comm);
	p.program = program_of(pid);
	if (!p.name)
		p.name = text("?");
	all->list = grow(all->list, all->n, sizeof(p));
	all->list[all->n++] = p;
	free(status);
	free(comm);
}

/**
 * processes_find - find the processes that run at kernel privilege
 * @all: filled in; to be given to processes_free(), also after a failure
 *
 * Return: 0 or a negative errno.
 */
int processes_find(struct processes *all)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	*all = (struct processes) { };
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		int ret;

		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		ret = is_privileged(entry->d_name);
		if (ret > 0)
			add(all, entry->d_name);
		else if (ret == -EACCES || ret == -EPERM)
			all->hidden = true;
	}
	closedir(dir);
	return 0;
}

/**
 * processes_free - forget them
 * @all: what processes_find() filled in
 */
void processes_free(struct processes *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->list[i].name);
		free(all->list[i].program);
	}
	free(all->list);
	*all = (struct processes) { };
}

/**
 * processes_text - name them in one line
 * @all: the processes
 *
 * Return: a string for free(), empty if there are none.
 */
char *processes_text(const struct processes *all)
{
	char *line = text("%s", "");

	for (size_t i = 0; i < all->n; i++) {
		char *longer = text("%s%s%d (%s)", line, i ? ", " : "",
				    (int)all->list[i].pid, all->list[i].name);

		free(line);
		line = longer;
	}
	return line;
}
