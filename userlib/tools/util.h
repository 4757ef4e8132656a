/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small helpers: messages, text, files.
 */
#ifndef KML_UTIL_H
#define KML_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *grow(void *list, size_t n, size_t size);
char *file_text(const char *path, size_t *len);
char *file_line(const char *path);
bool starts_with(const char *s, const char *start);

#endif /* KML_UTIL_H */
