// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read a prototype as kml-vdso/gen/list.awk does when the module is built:
 * the same rules, and the same hash of what is left without names of
 * arguments, needless spaces and marks for sparse.
 */
#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#endif

#include "proto.h"

#define CRC32_POLY	0xedb88320

/**
 * struct type - one type, read word by word
 * @by_value: it has a structure's tag
 * @pointer: it has an asterisk
 * @wide: 64 bits, unless it is a pointer
 * @real: floating point, or too wide for a register
 * @unsure: 32 or 64 bits, as the kernel is configured
 * @longs: how many times the word long came
 */
struct type {
	bool by_value, pointer, wide, real, unsure;
	unsigned int longs;
};

static void hash_char(struct kml_proto *proto, char c)
{
	unsigned int bit;

	proto->hash ^= (unsigned char)c;
	for (bit = 0; bit < 8; bit++)
		proto->hash = (proto->hash >> 1) ^
			      (proto->hash & 1 ? CRC32_POLY : 0);
}

static void hash_word(struct kml_proto *proto, const char *word, size_t len)
{
	while (len--)
		hash_char(proto, *word++);
}

static bool is_word(char c)
{
	return isalnum(c) || c == '_';
}

static bool one_of(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && !memcmp(*list, word, len))
			return true;
	return false;
}

static const char *const marks[] = { "__user", "__iomem", "__percpu", NULL };
static const char *const reals[] = {
	"float", "double", "_Complex", "__m128", "__m256", "__int128", NULL
};

static const char *const wides[] = {
	"u64", "s64", "loff_t", "ktime_t", "time64_t", NULL
};

static const char *const unsures[] = { "phys_addr_t", "resource_size_t", NULL };
static const char *const longs[] = { "long", NULL };
static const char *const tags[] = { "struct", "union", NULL };

static void type_word(struct type *type, const char *word, size_t len)
{
	type->by_value |= one_of(word, len, tags);
	type->real |= one_of(word, len, reals);
	type->wide |= one_of(word, len, wides);
	type->unsure |= one_of(word, len, unsures);
	if (one_of(word, len, longs))
		type->wide |= ++type->longs == 2;
}

/* Hashes the words from @s to @end, and tells what kind of type they are. */
static struct type read_type(struct kml_proto *proto, const char *s,
			     const char *end)
{
	struct type type = { };
	bool spaced = false;
	const char *word;

	while (s < end) {
		if (*s == ' ' || *s == '\t') {
			s++;
			continue;
		}
		if (*s == '*') {
			type.pointer = true;
			spaced = false;
			hash_char(proto, *s++);
			continue;
		}
		for (word = s; s < end && is_word(*s); s++)
			;
		if (one_of(word, s - word, marks))
			continue;
		if (spaced)
			hash_char(proto, ' ');
		hash_word(proto, word, s - word);
		type_word(&type, word, s - word);
		spaced = true;
	}
	return type;
}

static const char *check_type(const struct type *type, unsigned int word_size)
{
	if (type->real)
		return "a type is no integer or pointer";
	if (type->by_value && !type->pointer)
		return "a structure by value";
	if (type->unsure && !type->pointer && word_size == 4)
		return "phys_addr_t and resource_size_t have no fixed size, write u64";
	return NULL;
}

/* Where the last word before @end begins; the argument's name. */
static const char *last_word(const char *s, const char *end)
{
	while (end > s && is_word(end[-1]))
		end--;
	return end;
}

static const char *read_argument(struct kml_proto *proto, const char *s,
				 const char *end, unsigned int word_size,
				 unsigned int *words)
{
	const char *name, *type_end, *why;
	struct type type;
	bool two;

	while (s < end && isspace(*s))
		s++;
	while (end > s && isspace(end[-1]))
		end--;
	name = last_word(s, end);
	for (type_end = name; type_end > s && isspace(type_end[-1]); type_end--)
		;
	if (name == end || isdigit(*name) || type_end == s || *s == '*' ||
	    isdigit(*s) || *s == '.')
		return "an argument is not a type and a name";
	type = read_type(proto, s, type_end);
	why = check_type(&type, word_size);
	if (why)
		return why;
	two = word_size == 4 && type.wide && !type.pointer;
	*words += two ? *words % 2 + 2 : 1;
	return ++proto->nargs > KML_PROTO_ARGS ? "more than 6 arguments" : NULL;
}

static const char *read_arguments(struct kml_proto *proto, const char *s,
				  const char *end, unsigned int word_size)
{
	unsigned int words = 0;
	const char *comma, *why;

	while (s < end && isspace(*s))
		s++;
	while (end > s && isspace(end[-1]))
		end--;
	if (s == end)
		return "write (void) for no arguments";
	if (end - s == 4 && !memcmp(s, "void", 4))
		return NULL;
	for (;; s = comma + 1) {
		comma = memchr(s, ',', end - s) ?: end;
		if (proto->nargs)
			hash_char(proto, ',');
		why = read_argument(proto, s, comma, word_size, &words);
		if (why || comma == end)
			break;
	}
	if (word_size == 4 && words > 4)
		proto->stack = 4 * (words - 4);
	return why;
}

/* The first character that has no place in a prototype, or the end. */
static const char *first_bad(const char *s)
{
	while (is_word(*s) || (*s && strchr(" \t*(),", *s)))
		s++;
	return s;
}

/**
 * kml_proto_parse - check a prototype
 * @proto: filled in
 * @name: whose prototype it should be
 * @text: the prototype: no space before or after it
 * @word_size: bytes of a register
 *
 * Return: NULL, or in words what is wrong with it.
 */
const char *kml_proto_parse(struct kml_proto *proto, const char *name,
			    const char *text, unsigned int word_size)
{
	const char *open = strchr(text, '('), *close, *own, *why;
	struct type type;

	memset(proto, 0, sizeof(*proto));
	if (!open || *first_bad(text))
		return "not a prototype";
	close = text + strlen(text) - 1;
	if (strchr(open + 1, '('))
		return "write function pointers with a typedef";
	if (strchr(open, ')') != close)
		return "not a prototype";
	own = last_word(text, open);
	if (own == text || (size_t)(open - own) != strlen(name) ||
	    memcmp(own, name, open - own))
		return "the prototype is of another function";

	proto->hash = ~0U;
	type = read_type(proto, text, own);
	why = check_type(&type, word_size);
	if (why)
		return why;
	hash_char(proto, ' ');
	hash_word(proto, own, open - own);
	hash_char(proto, '(');
	why = read_arguments(proto, open + 1, close, word_size);
	hash_char(proto, ')');
	proto->hash = ~proto->hash;
	return why;
}
