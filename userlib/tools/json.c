// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON on stdout. Strings may hold any bytes (a file's name can): what is not
 * UTF-8 becomes U+FFFD, one for each byte.
 */
#include <stdio.h>
#include <string.h>

#include "json.h"

#define DEPTH_MAX 8

static char closing[DEPTH_MAX];
static int depth;
static bool first = true;

/* Bytes of the UTF-8 character at @s, 0 if it is none. */
static int utf8_len(const unsigned char *s)
{
	int len = *s < 0x80 ? 1 : *s >= 0xc2 && *s < 0xe0 ? 2 :
		  *s >= 0xe0 && *s < 0xf0 ? 3 : *s >= 0xf0 && *s < 0xf5 ? 4 : 0;

	for (int i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	/* longer than needed, a surrogate, or past the last character */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

static void put_string(const char *value)
{
	const unsigned char *s = (const unsigned char *)value;

	putchar('"');
	while (*s) {
		int len = utf8_len(s);

		if (!len)
			fputs("\\ufffd", stdout);
		else if (*s < 0x20 || *s == 0x7f)
			printf("\\u%04x", *s);
		else if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else
			fwrite(s, 1, len, stdout);
		s += len ? len : 1;
	}
	putchar('"');
}

static void new_line(void)
{
	printf("\n%*s", 2 * depth, "");
}

static void begin(const char *name)
{
	if (!first)
		putchar(',');
	first = false;
	if (depth)
		new_line();
	if (name) {
		put_string(name);
		fputs(": ", stdout);
	}
}

static void open_level(const char *name, char open, char close)
{
	begin(name);
	putchar(open);
	closing[depth++] = close;
	first = true;
}

/**
 * json_object - begin an object
 * @name: its name, if it is itself in an object
 */
void json_object(const char *name)
{
	open_level(name, '{', '}');
}

/**
 * json_array - begin an array
 * @name: its name, if it is in an object
 */
void json_array(const char *name)
{
	open_level(name, '[', ']');
}

/**
 * json_end - end the object or array that was begun last
 */
void json_end(void)
{
	depth--;
	if (!first)
		new_line();
	putchar(closing[depth]);
	first = false;
	if (!depth) {
		putchar('\n');
		first = true;
	}
}

/**
 * json_string - a string
 * @name: its name, or NULL in an array
 * @value: any bytes; NULL becomes null
 */
void json_string(const char *name, const char *value)
{
	if (!value) {
		json_null(name);
		return;
	}
	begin(name);
	put_string(value);
}

/**
 * json_number - a whole number
 * @name: its name, or NULL in an array
 * @value: the number
 */
void json_number(const char *name, long value)
{
	begin(name);
	printf("%ld", value);
}

/**
 * json_decimal - a number with two decimals
 * @name: its name, or NULL in an array
 * @value: finite
 */
void json_decimal(const char *name, double value)
{
	begin(name);
	printf("%.2f", value);
}

/**
 * json_bool - true or false
 * @name: its name, or NULL in an array
 * @value: which
 */
void json_bool(const char *name, bool value)
{
	begin(name);
	fputs(value ? "true" : "false", stdout);
}

/**
 * json_null - what is not known or not there
 * @name: its name, or NULL in an array
 */
void json_null(const char *name)
{
	begin(name);
	fputs("null", stdout);
}
