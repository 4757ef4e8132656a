/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the running kernel says of a file.
 */
#ifndef KML_VERDICT_H
#define KML_VERDICT_H

char *verdict_program(int fd);
char *verdict_library(int fd);
const char *verdict_refusal(const char *verdict);
char *verdict_remedy(const char *refusal);

#endif /* KML_VERDICT_H */
