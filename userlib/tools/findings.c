// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of what kml check finds.
 */
#include <stdlib.h>

#include "findings.h"
#include "util.h"

/**
 * finding_add - append a finding
 * @f: the list
 * @severity: what it means
 * @path: what it is about, or NULL; copied
 * @rule: what is wrong; copied
 * @remedy: what to do, or NULL; taken over
 *
 * Return: the finding, valid until the next one, whose @log may be set.
 */
struct finding *finding_add(struct findings *f, enum severity severity,
			    const char *path, const char *rule, char *remedy)
{
	struct finding *finding;

	f->list = grow(f->list, f->n, sizeof(*f->list));
	finding = &f->list[f->n++];
	*finding = (struct finding) {
		.severity = severity,
		.path = path ? text("%s", path) : NULL,
		.rule = text("%s", rule),
		.remedy = remedy,
	};
	return finding;
}

/**
 * findings_first - the first one that means so much
 * @f: the list
 * @severity: what it means
 *
 * Return: the finding, or NULL.
 */
const struct finding *findings_first(const struct findings *f,
				     enum severity severity)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->list[i].severity == severity)
			return &f->list[i];
	}
	return NULL;
}

/**
 * finding_text - one line for people
 * @finding: the finding
 *
 * Return: a string for free().
 */
char *finding_text(const struct finding *finding)
{
	return text("%s%s%s%s%s", finding->path ? finding->path : "",
		    finding->path ? " " : "", finding->rule,
		    finding->remedy ? ": " : "",
		    finding->remedy ? finding->remedy : "");
}

/**
 * findings_free - forget them
 * @f: the list
 */
void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->list[i].path);
		free(f->list[i].rule);
		free(f->list[i].remedy);
		free(f->list[i].log);
	}
	free(f->list);
	*f = (struct findings) { };
}
