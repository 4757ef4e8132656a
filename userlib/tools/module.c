// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: what is loaded, what could be, and loading and unloading it.
 * All of it through libkmod.
 */
#include <dirent.h>
#include <errno.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <syslog.h>
#include <unistd.h>

#include "module.h"
#include "tool.h"
#include "util.h"

#define MODULES "/lib/modules/"

static struct kmod_ctx *context(const char *dir)
{
	struct kmod_ctx *ctx = kmod_new(dir, NULL);

	/* what goes wrong is an errno, and told by this program */
	if (ctx)
		kmod_set_log_priority(ctx, LOG_EMERG);
	return ctx;
}

/* The module as modprobe would find it, or NULL. */
static struct kmod_module *lookup(struct kmod_ctx *ctx)
{
	struct kmod_module *mod = NULL;
	struct kmod_list *list = NULL, *entry;

	if (kmod_module_new_from_lookup(ctx, KML_MODULE, &list) < 0)
		return NULL;
	kmod_list_foreach(entry, list) {
		mod = kmod_module_get_module(entry);
		if (!strcmp(kmod_module_get_name(mod), KML_MODULE) &&
		    kmod_module_get_path(mod))
			break;
		kmod_module_unref(mod);
		mod = NULL;
	}
	kmod_module_unref_list(list);
	return mod;
}

static void read_info(struct kmod_module *mod, struct module_file *file)
{
	struct kmod_list *info = NULL, *entry;
	const struct {
		const char *key;
		char **to;
	} fields[] = {
		{ "version", &file->version },
		{ "srcversion", &file->srcversion },
		{ "vermagic", &file->vermagic },
	};

	if (kmod_module_get_info(mod, &info) < 0)
		return;
	kmod_list_foreach(entry, info) {
		for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
			if (!*fields[i].to &&
			    !strcmp(kmod_module_info_get_key(entry),
				    fields[i].key))
				*fields[i].to = text("%s",
					kmod_module_info_get_value(entry));
		}
	}
	kmod_module_info_free_list(info);
}

/* Where DKMS and "make modules_install" put it, for when depmod was not run. */
static struct kmod_module *unlisted(struct kmod_ctx *ctx, const char *release)
{
	static const char * const dirs[] = { "updates/dkms", "updates", "extra" };
	static const char * const ends[] = { "", ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < ARRAY_SIZE(dirs) * ARRAY_SIZE(ends); i++) {
		char *path = text(MODULES "%s/%s/" KML_MODULE ".ko%s", release,
				  dirs[i / ARRAY_SIZE(ends)],
				  ends[i % ARRAY_SIZE(ends)]);
		struct kmod_module *mod = NULL;

		if (!access(path, F_OK))
			kmod_module_new_from_path(ctx, path, &mod);
		free(path);
		if (mod)
			return mod;
	}
	return NULL;
}

static void read_file(struct module *m)
{
	struct kmod_module *mod = lookup(m->ctx);

	m->file.listed = mod;
	if (!mod)
		mod = unlisted(m->ctx, m->release);
	if (!mod)
		return;
	m->file.path = text("%s", kmod_module_get_path(mod));
	read_info(mod, &m->file);
	kmod_module_unref(mod);
}

/* Other kernels with a module, to explain that this one has none. */
static void find_others(struct module *m)
{
	DIR *dir = opendir(MODULES);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		struct kmod_module *mod;
		struct kmod_ctx *ctx;
		char *path, *old = m->others;

		if (*entry->d_name == '.' || !strcmp(entry->d_name, m->release))
			continue;
		path = text(MODULES "%s", entry->d_name);
		ctx = context(path);
		free(path);
		if (!ctx)
			continue;
		mod = lookup(ctx);
		if (!mod)
			mod = unlisted(ctx, entry->d_name);
		if (mod) {
			m->others = text("%s%s%s", old ? old : "",
					 old ? ", " : "", entry->d_name);
			free(old);
			kmod_module_unref(mod);
		}
		kmod_unref(ctx);
	}
	if (dir)
		closedir(dir);
}

static void read_loaded(struct module *m)
{
	int state = kmod_module_get_initstate(m->mod);

	m->blind = access("/sys/module", F_OK);
	if (state < 0)
		return;
	m->state = kmod_module_initstate_str(state);
	m->users = kmod_module_get_refcnt(m->mod);
	m->version = file_line("/sys/module/" KML_MODULE "/version");
	m->srcversion = file_line("/sys/module/" KML_MODULE "/srcversion");
	m->abi = file_line("/sys/kernel/kml/abi_version");
	m->syscalls = file_line("/sys/kernel/kml/syscalls");
}

/**
 * module_open - look at the module
 * @m: filled in; to be given to module_close(), also after a failure
 *
 * Return: 0 or a negative errno.
 */
int module_open(struct module *m)
{
	struct utsname uts;
	int ret;

	*m = (struct module) { };
	uname(&uts);
	m->release = text("%s", uts.release);
	m->ctx = context(NULL);
	if (!m->ctx)
		return -ENOMEM;
	ret = kmod_module_new_from_name(m->ctx, KML_MODULE, &m->mod);
	if (ret < 0)
		return ret;
	read_loaded(m);
	read_file(m);
	if (!m->file.path)
		find_others(m);
	return 0;
}

/**
 * module_close - forget what module_open() found
 * @m: the module
 */
void module_close(struct module *m)
{
	if (m->mod)
		kmod_module_unref(m->mod);
	if (m->ctx)
		kmod_unref(m->ctx);
	free(m->release);
	free(m->version);
	free(m->srcversion);
	free(m->abi);
	free(m->syscalls);
	free(m->file.path);
	free(m->file.version);
	free(m->file.srcversion);
	free(m->file.vermagic);
	free(m->others);
	*m = (struct module) { };
}

/**
 * module_file_fits - was the file built for the running kernel?
 * @m: the module
 *
 * By the release, which is all that a user can compare with the running
 * kernel; what else may differ, the kernel finds at load.
 */
bool module_file_fits(const struct module *m)
{
	size_t len = strlen(m->release);

	return m->file.vermagic &&
	       !strncmp(m->file.vermagic, m->release, len) &&
	       (m->file.vermagic[len] == ' ' || !m->file.vermagic[len]);
}

/**
 * module_file_is_loaded - is what is loaded the file?
 * @m: the module
 *
 * Return: false also if that cannot be told.
 */
bool module_file_is_loaded(const struct module *m)
{
	return m->srcversion && m->file.srcversion &&
	       !strcmp(m->srcversion, m->file.srcversion);
}

/**
 * module_insert - load the module as modprobe does
 * @m: the module
 *
 * Return: 0, or a negative errno: -ENOENT also if there is no file or the
 * kernel lacks a symbol.
 */
int module_insert(struct module *m)
{
	struct kmod_module *mod = lookup(m->ctx);
	int ret;

	if (!mod)
		return -ENOENT;
	ret = kmod_module_probe_insert_module(mod, KMOD_PROBE_FAIL_ON_LOADED,
					      NULL, NULL, NULL, NULL);
	kmod_module_unref(mod);
	return ret;
}

/**
 * module_remove - unload the module
 * @m: the module
 *
 * Return: 0 or a negative errno: -EAGAIN if it is in use.
 */
int module_remove(struct module *m)
{
	return kmod_module_remove_module(m->mod, KMOD_REMOVE_NOLOG);
}
