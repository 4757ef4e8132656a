/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kml check finds, in the order in which the kernel would.
 */
#ifndef KML_FINDINGS_H
#define KML_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum severity - what a finding means
 * @WARNING: runs privileged, but somebody should know
 * @UNKNOWN: it could not be found out whether this rule holds
 * @REFUSAL: does not run privileged
 */
enum severity {
	WARNING,
	UNKNOWN,
	REFUSAL,
};

/**
 * struct finding - one
 * @severity: what it means
 * @path: file or directory that it is about, or NULL
 * @rule: what is wrong with it, in the kernel's words where it has some
 * @remedy: what to do
 * @log: what the kernel's log says then, behind the program's name; or NULL if
 *	it says nothing
 * @comm: the process's own name, not the one that was started, is before it
 */
struct finding {
	enum severity severity;
	char *path;
	char *rule;
	char *remedy;
	char *log;
	bool comm;
};

struct findings {
	struct finding *list;
	size_t n;
};

struct finding *finding_add(struct findings *f, enum severity severity,
			    const char *path, const char *rule, char *remedy);
const struct finding *findings_first(const struct findings *f,
				     enum severity severity);
char *finding_text(const struct finding *finding);
void findings_free(struct findings *f);

#endif /* KML_FINDINGS_H */
