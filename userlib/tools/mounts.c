// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads /proc/PID/mountinfo, see proc_pid_mountinfo(5).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mounts.h"
#include "util.h"

/* Blanks, tabs, newlines and backslashes in names are "\ooo". */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' &&
		    s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = 0;
}

/* ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG]... - FSTYPE SOURCE OPTIONS */
static bool parse_line(char *line, struct mount *m)
{
	char *save, *field[6], *tag;

	for (size_t i = 0; i < ARRAY_SIZE(field); i++) {
		field[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!field[i])
			return false;
	}
	do {
		tag = strtok_r(NULL, " ", &save);
	} while (tag && strcmp(tag, "-"));
	m->id = strtoull(field[0], NULL, 10);
	m->parent = strtoull(field[1], NULL, 10);
	m->root = field[3];
	m->point = field[4];
	m->options = field[5];
	m->fstype = strtok_r(NULL, " ", &save);
	unescape(m->root);
	unescape(m->point);
	return m->fstype;
}

/**
 * mounts_read - read the mounts of a process
 * @all: filled in; to be given to mounts_free(), also after a failure
 * @path: its mountinfo
 *
 * Return: 0 or a negative errno.
 */
int mounts_read(struct mounts *all, const char *path)
{
	char *line, *save;

	*all = (struct mounts) { };
	all->text = file_text(path, NULL);
	if (!all->text)
		return -errno;
	for (line = strtok_r(all->text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		all->list = grow(all->list, all->n, sizeof(*all->list));
		if (!parse_line(line, &all->list[all->n]))
			return -EBADMSG;
		all->n++;
	}
	return 0;
}

/**
 * mounts_free - forget them
 * @all: what mounts_read() filled in
 */
void mounts_free(struct mounts *all)
{
	free(all->list);
	free(all->text);
	*all = (struct mounts) { };
}

/**
 * mounts_find - find a mount by its number
 * @all: the mounts
 * @id: its number
 *
 * Return: the mount, or NULL.
 */
const struct mount *mounts_find(const struct mounts *all, uint64_t id)
{
	for (size_t i = 0; i < all->n; i++) {
		if (all->list[i].id == id)
			return &all->list[i];
	}
	return NULL;
}

/**
 * mounts_at - find the uppermost mount at a place
 * @all: the mounts
 * @point: the place
 *
 * Return: the mount, or NULL.
 */
const struct mount *mounts_at(const struct mounts *all, const char *point)
{
	for (size_t i = all->n; i--; ) {
		if (!strcmp(all->list[i].point, point))
			return &all->list[i];
	}
	return NULL;
}

/**
 * mount_has - does a mount have an option?
 * @mount: the mount
 * @option: such as "nosuid"
 */
bool mount_has(const struct mount *mount, const char *option)
{
	size_t len = strlen(option);
	const char *s = mount->options;

	for (;;) {
		if (!strncmp(s, option, len) && (!s[len] || s[len] == ','))
			return true;
		s = strchr(s, ',');
		if (!s)
			return false;
		s++;
	}
}
