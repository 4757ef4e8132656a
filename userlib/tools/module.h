/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module: what is loaded, what could be, and loading and unloading it.
 */
#ifndef KML_MODULE_H
#define KML_MODULE_H

#include <stdbool.h>
#include <stddef.h>

struct kmod_ctx;
struct kmod_module;

/**
 * struct module_file - a kml.ko in /lib/modules
 * @path: where it is; NULL if there is none
 * @version: its version
 * @srcversion: hash of its sources
 * @vermagic: what it says of the kernel that it was built for
 * @listed: depmod knows it
 */
struct module_file {
	char *path;
	char *version;
	char *srcversion;
	char *vermagic;
	bool listed;
};

/**
 * struct module - the module as it is now
 * @release: of the running kernel
 * @state: "live", "coming" or "going"; NULL if it is not loaded
 * @blind: there is no sysfs to tell whether it is loaded
 * @users: how many processes it has, or others that use it
 * @version: of the loaded one
 * @srcversion: of the loaded one
 * @abi: version of its table of exports
 * @syscalls: what system calls of unmodified programs enter, or NULL
 * @file: the file for the running kernel
 * @others: releases of other kernels that have a file, in commas, or NULL
 */
struct module {
	char *release;
	const char *state;
	bool blind;
	int users;
	char *version;
	char *srcversion;
	char *abi;
	char *syscalls;
	struct module_file file;
	char *others;
	struct kmod_ctx *ctx;
	struct kmod_module *mod;
};

int module_open(struct module *m);
void module_close(struct module *m);
bool module_file_fits(const struct module *m);
bool module_file_is_loaded(const struct module *m);
int module_insert(struct module *m);
int module_remove(struct module *m);

#endif /* KML_MODULE_H */
