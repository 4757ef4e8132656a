/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel and the system that runs are judged by, for KML and for
 * programs that must be on time: the list kernel_options.tbl.
 */
#ifndef KML_JUDGE_H
#define KML_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "kconfig.h"

/**
 * struct judged - one line of the list, and what is there
 * @kind: required, useful, latency or running
 * @arch: all, or the only architecture that it is about
 * @name: an option without CONFIG_; of kind running, a file
 * @wanted: y, m (y or m), n; of kind running, patterns
 * @reason: for people
 * @otherwise: what helps if the configuration stays, or NULL
 * @value: what it is set to, or NULL
 * @told: the command line has what is in @otherwise
 */
struct judged {
	char *kind;
	char *arch;
	char *name;
	char *wanted;
	char *reason;
	char *otherwise;
	char *value;
	bool told;
};

/**
 * struct judgement - all that is told of a kernel
 * @config: its configuration
 * @wrong: why that is not known, or NULL
 * @arch: its architecture, NULL if it is none of KML's
 * @lines: the list, cut up
 * @list: those of the list that are about this kernel
 * @n: their number
 */
struct judgement {
	struct kconfig config;
	char *wrong;
	const char *arch;
	char *lines;
	struct judged *list;
	size_t n;
};

void judgement_make(struct judgement *j, const char *path);
void judgement_free(struct judgement *j);
bool judged_is(const struct judged *o, const char *kind);
bool judged_good(const struct judged *o);
char *judged_text(const struct judged *o);
char *judged_remedy(const struct judged *o);
void judged_json(const struct judged *o);

#endif /* KML_JUDGE_H */
