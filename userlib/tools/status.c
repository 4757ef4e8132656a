// SPDX-License-Identifier: GPL-2.0-only
/*
 * kml status: kernel, module, who uses it, and /trusted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "exports.h"
#include "findings.h"
#include "json.h"
#include "kernel.h"
#include "module.h"
#include "place.h"
#include "policy.h"
#include "procs.h"
#include "tool.h"
#include "util.h"

/**
 * struct status - all that kml status tells
 * @kernel: 1 or 0, or a negative errno: has the kernel the hooks?
 * @module: the module
 * @exports: what it exports
 * @processes: who is privileged
 * @dir: the directory for privileged programs
 * @trusted: what is wrong with it
 * @problems: what keeps programs from running privileged, and less
 */
struct status {
	int kernel;
	struct module module;
	struct exports exports;
	struct processes processes;
	char *dir;
	struct findings trusted;
	struct findings problems;
};

static bool is_live(const struct module *m)
{
	return m->state && !strcmp(m->state, "live");
}

static void look_at_trusted(struct status *s)
{
	struct stat st;

	s->dir = policy_trusted(NULL);
	if (lstat(s->dir, &st) || !S_ISDIR(st.st_mode)) {
		finding_add(&s->trusted, REFUSAL, s->dir,
			    "is not there or not a directory",
			    text("install -d -o root -g root -m 755 %s", s->dir));
		return;
	}
	place_rules(s->dir, NULL, &s->trusted);
}

static void judge_kernel(struct status *s)
{
	if (!s->kernel)
		finding_add(&s->problems, REFUSAL, NULL,
			    "this kernel has no KML",
			    text("boot one with CONFIG_KERNEL_MODE_LINUX"));
	else if (s->kernel < 0)
		finding_add(&s->problems, UNKNOWN, NULL,
			    "/proc/kallsyms cannot be read",
			    text("%s", strerror(-s->kernel)));
}

/* Why modprobe would fail, or bring something else than what is expected. */
static void judge_file(struct status *s)
{
	const struct module *m = &s->module;
	enum severity severity = is_live(m) ? WARNING : REFUSAL;
	char *rule;

	if (!m->file.path) {
		rule = text("the module is not built for this kernel (%s)%s%s",
			    m->release,
			    m->others ? ", only for " : "",
			    m->others ? m->others : "");
		finding_add(&s->problems, severity, NULL, rule,
			    text("dkms install " KML_DKMS_NAME "/" KML_DKMS_VERSION " -k %s",
				 m->release));
	} else if (!module_file_fits(m)) {
		rule = text("%s was built for another kernel: %s",
			    m->file.path,
			    m->file.vermagic ? m->file.vermagic : "it does not say which");
		/* by the versions of symbols the kernel may take it */
		if (m->file.vermagic &&
		    strstr(m->file.vermagic, " modversions"))
			severity = WARNING;
		finding_add(&s->problems, severity, NULL, rule,
			    text("dkms install --force " KML_DKMS_NAME "/" KML_DKMS_VERSION " -k %s",
				 m->release));
	} else if (!m->file.listed) {
		rule = text("%s is not in the list of modules", m->file.path);
		finding_add(&s->problems, severity, NULL, rule,
			    text("depmod -a"));
	} else if (is_live(m) && m->file.srcversion && m->srcversion &&
		   !module_file_is_loaded(m)) {
		rule = text("the loaded module (version %s) is not %s (version %s)",
			    m->version ? m->version : "?", m->file.path,
			    m->file.version ? m->file.version : "?");
		finding_add(&s->problems, WARNING, NULL, rule,
			    text("kml unload && kml load"));
	} else {
		return;
	}
	free(rule);
}

/* Right, but slow, and the remedy is not easily found. */
static void judge_syscalls(struct status *s)
{
	const char *state = s->module.syscalls;

	if (state && strstr(state, "audited"))
		finding_add(&s->problems, WARNING, NULL,
			    "system calls of programs started now are audited and take the stock entry",
			    text("auditctl -a task,never, or boot with audit=0, then start the programs again"));
}

static int look(struct status *s)
{
	int ret;

	*s = (struct status) { };
	ret = module_open(&s->module);
	if (ret)
		return ret;
	s->kernel = kernel_has_kml();
	judge_kernel(s);
	if (s->kernel)
		judge_file(s);
	if (is_live(&s->module)) {
		exports_read(&s->exports, NULL);
		processes_find(&s->processes);
		judge_syscalls(s);
	} else if (s->module.blind) {
		finding_add(&s->problems, UNKNOWN, NULL,
			    "whether the module is loaded cannot be told",
			    text("mount sysfs on /sys"));
	} else if (!findings_first(&s->problems, REFUSAL)) {
		finding_add(&s->problems, REFUSAL, NULL,
			    "the module is not loaded", text("kml load"));
	}
	look_at_trusted(s);
	return 0;
}

static void forget(struct status *s)
{
	module_close(&s->module);
	exports_free(&s->exports);
	processes_free(&s->processes);
	free(s->dir);
	findings_free(&s->trusted);
	findings_free(&s->problems);
}

static const char *or_unknown(const char *s)
{
	return s ? s : "?";
}

/* The user's name, or number if it has none. */
static char *user_name(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);

	return user ? text("%s", user->pw_name) :
		text("%u", (unsigned int)uid);
}

static void print_users(const struct status *s)
{
	size_t seen = s->processes.n;

	say("in use:   %d", s->module.users);
	for (size_t i = 0; i < seen; i++) {
		const struct process *p = &s->processes.list[i];
		char *user = user_name(p->uid);

		say("          %d %s (%s), user %s", (int)p->pid, p->name,
		    or_unknown(p->program), user);
		free(user);
	}
	if (s->processes.hidden && (size_t)s->module.users > seen)
		say("          only root sees all processes");
}

static void print_problems(const struct findings *f, const char *start)
{
	for (size_t i = 0; i < f->n; i++) {
		char *line = finding_text(&f->list[i]);

		say("%s%s%s", start,
		    f->list[i].severity == WARNING ? "warning: " : "", line);
		free(line);
	}
}

static void print_human(const struct status *s)
{
	const struct module *m = &s->module;

	say("kernel:   %s, %s", m->release, s->kernel > 0 ? "has KML" :
	    s->kernel ? "may have KML" : "has no KML");
	if (m->state)
		say("module:   loaded (%s), version %s, table ABI %s, %zu exports",
		    m->state, or_unknown(m->version), or_unknown(m->abi),
		    s->exports.n);
	else
		say("module:   %s", m->blind ? "not known" : "not loaded");
	if (m->file.path)
		say("file:     %s, version %s%s", m->file.path,
		    or_unknown(m->file.version),
		    !module_file_fits(m) ? ", for another kernel" :
		    module_file_is_loaded(m) ? ", the loaded one" : "");
	else
		say("file:     none for this kernel");
	if (m->syscalls)
		say("syscalls: %s", m->syscalls);
	if (m->state)
		print_users(s);
	say("trusted:  %s, %s", s->dir,
	    findings_first(&s->trusted, REFUSAL) ? "not good" :
	    findings_first(&s->trusted, UNKNOWN) ? "not known" : "good");
	print_problems(&s->trusted, "          ");
	print_problems(&s->problems, "problem:  ");
}

static void json_findings(const char *name, const struct findings *f)
{
	json_array(name);
	for (size_t i = 0; i < f->n; i++) {
		json_object(NULL);
		json_string("path", f->list[i].path);
		json_string("rule", f->list[i].rule);
		json_string("remedy", f->list[i].remedy);
		json_bool("warning", f->list[i].severity == WARNING);
		json_end();
	}
	json_end();
}

static void json_module(const struct status *s)
{
	const struct module *m = &s->module;

	json_object("module");
	json_string("state", m->state || m->blind ? m->state : "absent");
	json_string("version", m->version);
	json_string("srcversion", m->srcversion);
	json_string("table_abi", m->abi);
	json_string("syscalls", m->syscalls);
	json_number("exports", s->exports.n);
	json_number("users", m->users);
	json_end();
	json_object("file");
	json_string("path", m->file.path);
	json_string("version", m->file.version);
	json_string("srcversion", m->file.srcversion);
	json_string("vermagic", m->file.vermagic);
	json_bool("for_this_kernel", module_file_fits(m));
	json_bool("is_loaded", module_file_is_loaded(m));
	json_end();
}

static void print_json(const struct status *s, bool ready)
{
	json_object(NULL);
	json_bool("ready", ready);
	json_object("kernel");
	json_string("release", s->module.release);
	if (s->kernel < 0)
		json_null("kml");
	else
		json_bool("kml", s->kernel);
	json_end();
	json_module(s);
	json_array("processes");
	for (size_t i = 0; i < s->processes.n; i++) {
		const struct process *p = &s->processes.list[i];

		json_object(NULL);
		json_number("pid", p->pid);
		json_number("uid", p->uid);
		json_string("name", p->name);
		json_string("program", p->program);
		json_end();
	}
	json_end();
	json_bool("processes_hidden", s->processes.hidden);
	json_object("trusted");
	json_string("path", s->dir);
	json_bool("good", !findings_first(&s->trusted, REFUSAL));
	json_findings("problems", &s->trusted);
	json_end();
	json_findings("problems", &s->problems);
	json_end();
}

/**
 * cmd_status - can programs run at kernel privilege here, and which do?
 * @argc: 0
 * @argv: none
 * @opt: options
 *
 * Return: exit code.
 */
int cmd_status(int argc, char **argv, const struct options *opt)
{
	struct status s;
	bool ready;
	int ret;

	(void)argc;
	(void)argv;
	ret = look(&s);
	if (ret) {
		complain("libkmod: %s", strerror(-ret));
		forget(&s);
		return EXIT_UNKNOWN;
	}
	ready = is_live(&s.module) && !findings_first(&s.trusted, REFUSAL);
	if (opt->json)
		print_json(&s, ready);
	else
		print_human(&s);
	ret = ready ? EXIT_YES : EXIT_NO;
	if (!ready && !findings_first(&s.trusted, REFUSAL) &&
	    !findings_first(&s.problems, REFUSAL))
		ret = EXIT_UNKNOWN;
	forget(&s);
	return ret;
}
