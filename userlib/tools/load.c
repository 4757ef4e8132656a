// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml load and kml unload.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "module.h"
#include "procs.h"
#include "tool.h"
#include "util.h"

/* The kernel's log from here on, or -1. */
static int log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* What the kernel has said of kml since. */
static void log_show(int fd)
{
	char record[8192], *line;
	ssize_t n;

	if (fd < 0)
		return;
	/* EPIPE: records were lost, the next one is there */
	while ((n = read(fd, record, sizeof(record) - 1)) > 0 ||
	       (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue;
		record[n] = 0;
		line = strchr(record, ';');
		if (!line)
			continue;
		line[strcspn(line, "\n")] = 0;
		if (starts_with(line, ";" KML_MODULE ":"))
			complain("kernel: %s", line + 1);
	}
	close(fd);
}

static void explain_load(const struct module *m, int error)
{
	switch (error) {
	case -ENOENT:
		if (!m->file.path)
			complain("no module for kernel %s: dkms install " KML_DKMS_NAME "/" KML_DKMS_VERSION " -k %s",
				 m->release, m->release);
		else if (!m->file.listed)
			complain("%s is not in the list of modules: depmod -a",
				 m->file.path);
		else
			complain("the kernel lacks what %s needs: boot a kernel with CONFIG_KERNEL_MODE_LINUX",
				 m->file.path);
		break;
	case -ENOEXEC:
		complain("%s was built for another kernel (%s): dkms install --force " KML_DKMS_NAME "/" KML_DKMS_VERSION " -k %s",
			 m->file.path, m->file.vermagic ? m->file.vermagic : "?",
			 m->release);
		break;
	case -ENODEV:
		complain("this machine or boot mode is not supported");
		break;
	case -EKEYREJECTED:
	case -ENOKEY:
		complain("the kernel loads signed modules only, and has no key for %s: enroll the key of DKMS",
			 m->file.path);
		break;
	default:
		complain("cannot load %s: %s", m->file.path, strerror(-error));
	}
}

/**
 * cmd_load - load the module
 * @argc: 0
 * @argv: none
 * @opt: options
 *
 * Return: exit code.
 */
int cmd_load(int argc, char **argv, const struct options *opt)
{
	int ret = EXIT_NO, error, log;
	struct module m;

	(void)argc;
	(void)argv;
	(void)opt;
	error = module_open(&m);
	if (error) {
		complain("libkmod: %s", strerror(-error));
		module_close(&m);
		return EXIT_UNKNOWN;
	}
	if (m.state) {
		say("loaded already, version %s", m.version ? m.version : "?");
		ret = EXIT_YES;
	} else if (geteuid()) {
		complain("only root can load the module");
	} else {
		log = log_open();
		error = module_insert(&m);
		if (!error || error == -EEXIST) {
			ret = EXIT_YES;
			if (log >= 0)
				close(log);
		} else {
			explain_load(&m, error);
			log_show(log);
		}
	}
	module_close(&m);
	return ret;
}

static void explain_use(const struct module *m)
{
	struct processes all;
	char *names;

	processes_find(&all);
	names = processes_text(&all);
	if (all.n)
		complain("in use by %s: end them first", names);
	else
		complain("in use (%d users), but no process of KML is to be seen: look for them outside of this container",
			 m->users);
	free(names);
	processes_free(&all);
}

/**
 * cmd_unload - unload the module
 * @argc: 0
 * @argv: none
 * @opt: options
 *
 * Return: exit code.
 */
int cmd_unload(int argc, char **argv, const struct options *opt)
{
	int ret = EXIT_NO, error;
	struct module m;

	(void)argc;
	(void)argv;
	(void)opt;
	error = module_open(&m);
	if (error) {
		complain("libkmod: %s", strerror(-error));
		module_close(&m);
		return EXIT_UNKNOWN;
	}
	if (!m.state && !m.blind) {
		say("not loaded");
		ret = EXIT_YES;
	} else if (geteuid()) {
		complain("only root can unload the module");
	} else {
		error = module_remove(&m);
		if (!error)
			ret = EXIT_YES;
		else if (error == -EAGAIN || error == -EBUSY)
			explain_use(&m);
		else
			complain("cannot unload the module: %s",
				 strerror(-error));
	}
	module_close(&m);
	return ret;
}
