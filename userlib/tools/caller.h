/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel's rules ask about the process that starts a program.
 */
#ifndef KML_CALLER_H
#define KML_CALLER_H

#include <stdbool.h>

#include "findings.h"
#include "mounts.h"

/**
 * struct caller - this process
 * @user_ns: it is in a user namespace
 * @mount_ns: it is in another mount namespace than PID 1
 * @chroot: its root is not that of PID 1
 * @blind: /proc does not tell about @mount_ns and @chroot
 * @mounts: what is mounted where, for it
 */
struct caller {
	bool user_ns;
	bool mount_ns;
	bool chroot;
	bool blind;
	struct mounts mounts;
};

int caller_read(struct caller *caller);
void caller_free(struct caller *caller);
void caller_rules(const struct caller *caller, struct findings *f);
bool caller_has(int capability);

#endif /* KML_CALLER_H */
