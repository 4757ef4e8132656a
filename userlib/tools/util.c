// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small helpers: messages, text, files.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"
#include "util.h"

static void *need_memory(void *p)
{
	if (p)
		return p;
	fputs("kml: out of memory\n", stderr);
	exit(EXIT_UNKNOWN);
}

/* A name of a file may hold what a terminal would obey. */
static void print_line(FILE *to, const char *start, const char *fmt, va_list ap)
{
	char *line;

	if (vasprintf(&line, fmt, ap) < 0)
		line = NULL;
	need_memory(line);
	fputs(start, to);
	for (const char *c = line; *c; c++)
		fputc((unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c, to);
	fputc('\n', to);
	free(line);
}

/**
 * complain - one line on stderr
 * @fmt: what to say, without the program's name and without a newline
 */
void complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(stderr, "kml: ", fmt, ap);
	va_end(ap);
}

/**
 * say - one line on stdout
 * @fmt: what to say, without a newline; control characters become '?'
 */
void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(stdout, "", fmt, ap);
	va_end(ap);
}

/**
 * text - a new string
 * @fmt: its contents
 *
 * Return: a string for free(); never NULL.
 */
char *text(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return need_memory(s);
}

/**
 * grow - make room for one more element
 * @list: the array, NULL if there is none yet
 * @n: how many elements it has
 * @size: of an element
 *
 * Return: the array, perhaps moved; never NULL.
 */
void *grow(void *list, size_t n, size_t size)
{
	if (n & (n - 1))
		return list;
	return need_memory(reallocarray(list, n ? 2 * n : 1, size));
}

/**
 * file_text - all of a file, which may be one of /proc
 * @path: the file
 * @len: gets its length; may be NULL
 *
 * Return: its contents, a NUL behind it, for free(); NULL with errno set if it
 * cannot be read.
 */
char *file_text(const char *path, size_t *len)
{
	size_t room = 4096, done = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error;
	char *buf;
	ssize_t n;

	if (fd < 0)
		return NULL;
	buf = need_memory(malloc(room + 1));
	while ((n = read(fd, buf + done, room - done)) > 0) {
		done += n;
		if (done == room) {
			room *= 2;
			buf = need_memory(realloc(buf, room + 1));
		}
	}
	error = errno;
	close(fd);
	if (n < 0) {
		free(buf);
		errno = error;
		return NULL;
	}
	buf[done] = 0;
	if (len)
		*len = done;
	return buf;
}

/**
 * file_line - the first line of a file
 * @path: the file
 *
 * Return: the line without its newline, for free(), or NULL with errno set.
 */
char *file_line(const char *path)
{
	char *s = file_text(path, NULL);

	if (s)
		s[strcspn(s, "\n")] = 0;
	return s;
}

/**
 * starts_with - does a string begin so?
 * @s: the string
 * @start: its beginning
 */
bool starts_with(const char *s, const char *start)
{
	return !strncmp(s, start, strlen(start));
}
