/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processes that run at kernel privilege.
 */
#ifndef KML_PROCS_H
#define KML_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct process - a privileged process
 * @pid: its number
 * @uid: whose it is
 * @name: its name, as ps shows it
 * @program: its file, or NULL if that is not known
 */
struct process {
	pid_t pid;
	uid_t uid;
	char *name;
	char *program;
};

/**
 * struct processes - all that could be seen
 * @list: the processes
 * @n: how many
 * @hidden: there are some that this user may not look into
 */
struct processes {
	struct process *list;
	size_t n;
	bool hidden;
};

int processes_find(struct processes *all);
void processes_free(struct processes *all);
char *processes_text(const struct processes *all);

#endif /* KML_PROCS_H */
