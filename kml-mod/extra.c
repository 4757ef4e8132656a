// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports named in /etc/kml/exports.d: read, check and sort them. What is
 * wrong with a line is told, and the line left out.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <kml/abi.h>

#include "exports.h"
#include "extra.h"
#include "sysfs.h"

/* The image with all of them stays below what libkml believes. */
#define EXTRA_MAX	32768
/* A file of another format would fill the log. */
#define REFUSALS_TOLD	100

static struct kml_extra_file *files;
static unsigned int nfiles;
static struct kml_extra *extras;
static unsigned int nextras;
static unsigned int refused;
static unsigned long text_start, text_end;

static void refuse(const struct kml_extra *extra, const char *why)
{
	if (++refused > REFUSALS_TOLD)
		return;
	pr_err("%s/%s:%u: %s%s%s\n", KML_EXTRA_DIR, extra->file->name,
	       extra->line, extra->name ?: "", extra->name ? ": " : "", why);
	/* as System.map has them; the log must not say where the kernel is */
	if (extra->sym.count > 1)
		pr_err("%s/%s:%u: %s: %u symbols, among them _stext+0x%lx and _stext+0x%lx\n",
		       KML_EXTRA_DIR, extra->file->name, extra->line,
		       extra->name, extra->sym.count,
		       extra->sym.addr - text_start,
		       extra->sym.other - text_start);
}

/* Cuts the next word off, and the space before and after it. */
static char *next_word(char **text)
{
	char *word = skip_spaces(*text), *end;

	for (end = word; *end && !isspace(*end); end++)
		;
	*text = skip_spaces(end);
	*end = 0;
	return word;
}

static const char *check_name(const char *name)
{
	const char *c;

	if (isdigit(*name))
		return "not a name";
	for (c = name; *c; c++)
		if (!isalnum(*c) && *c != '_')
			return "not a name";
	if (c - name > KML_NAME_WIDTH)
		return "the name has more than 40 characters";
	return NULL;
}

static const char *check_symbol(struct kml_extra *extra)
{
	if (kml_exports_have(extra->name))
		return "is in the list that the module was built with";
	switch (kml_lookup(extra->name, &extra->sym)) {
	case 0:
		break;
	case -ENOTUNIQ:
		return "this kernel has several symbols of that name";
	default:
		return "this kernel has no such symbol";
	}
	if (extra->sym.addr < text_start || extra->sym.addr >= text_end)
		return "is no function of the kernel's text";
	return NULL;
}

static const char *read_line(struct kml_extra *extra, char *line)
{
	const char *class = next_word(&line);
	const char *why;

	if (!strcmp(class, "leaf"))
		return "a leaf is code of the image, not of the kernel; write call";
	if (strcmp(class, "call"))
		return "the class is not call";
	extra->name = next_word(&line);
	if (!*line) {
		extra->name = NULL;
		return "a line has a class, a name and a prototype";
	}
	why = check_name(extra->name);
	if (why) {
		extra->name = NULL;
		return why;
	}
	return kml_proto_parse(&extra->proto, extra->name, strim(line),
			       sizeof(long)) ?: check_symbol(extra);
}

static unsigned int count_lines(void)
{
	unsigned int i, n = 0;
	const char *c;

	for (i = 0; i < nfiles; i++) {
		if (!files[i].text)
			continue;
		for (c = files[i].text; c; n++)
			c = strchr(c, '\n') ? strchr(c, '\n') + 1 : NULL;
	}
	return n;
}

static void read_lines(const struct kml_extra_file *file)
{
	char *text = file->text, *line;
	unsigned int nr = 0;
	const char *why;

	while ((line = strsep(&text, "\n"))) {
		struct kml_extra *extra = &extras[nextras];

		nr++;
		line = skip_spaces(line);
		if (!*line || *line == '#')
			continue;
		*extra = (struct kml_extra) { .file = file, .line = nr };
		why = read_line(extra, line);
		if (!why && nextras == EXTRA_MAX)
			why = "more than 32768 exports";
		if (why)
			refuse(extra, why);
		else
			nextras++;
	}
}

/* Of one name, the first line is first; files are sorted and in one array. */
static int by_name(const void *a, const void *b)
{
	const struct kml_extra *one = a, *two = b;
	int order = strcmp(one->name, two->name);

	if (order)
		return order;
	if (one->file != two->file)
		return one->file < two->file ? -1 : 1;
	return one->line < two->line ? -1 : one->line > two->line;
}

static void drop_twins(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < nextras; i++) {
		if (n && !strcmp(extras[n - 1].name, extras[i].name))
			refuse(&extras[i], "is named twice");
		else
			extras[n++] = extras[i];
	}
	nextras = n;
}

static int find_text(void)
{
	struct kml_symbol start, end;
	int ret = kml_lookup("_stext", &start) ?: kml_lookup("_etext", &end);

	if (ret) {
		pr_err("%s: not read, as this kernel does not say where its text is (%d)\n",
		       KML_EXTRA_DIR, ret);
		return ret;
	}
	text_start = start.addr;
	text_end = end.addr;
	return 0;
}

/**
 * kml_extra_read - read /etc/kml/exports.d
 *
 * Context: module init, before the image is made.
 * Return: 0, also if lines or files were refused, or -ENOMEM.
 */
int kml_extra_read(void)
{
	unsigned int i, lines;
	int ret;

	ret = kml_extra_files_read(&files, &nfiles);
	if (ret)
		return ret;
	lines = count_lines();
	if (!lines)
		return 0;
	ret = find_text();
	if (ret)
		return 0;
	extras = kvcalloc(lines, sizeof(*extras), GFP_KERNEL);
	if (!extras) {
		kml_extra_free();
		return -ENOMEM;
	}

	for (i = 0; i < nfiles; i++)
		if (files[i].text)
			read_lines(&files[i]);
	sort(extras, nextras, sizeof(*extras), by_name, NULL);
	drop_twins();
	if (refused)
		pr_err("%s: lines refused: %u, exports added: %u\n",
		       KML_EXTRA_DIR, refused, nextras);
	return 0;
}

/**
 * kml_extra_free - forget what was read; the image has it all
 */
void kml_extra_free(void)
{
	kvfree(extras);
	extras = NULL;
	nextras = 0;
	kml_extra_files_free(files, nfiles);
	files = NULL;
	nfiles = 0;
}

unsigned int kml_extra_count(void)
{
	return nextras;
}

/* Bytes that all names take, each with a 0 at its end. */
size_t kml_extra_names_size(void)
{
	unsigned int i;
	size_t size = 0;

	for (i = 0; i < nextras; i++)
		size += strlen(extras[i].name) + 1;
	return size;
}

/* In the order of the names. */
const struct kml_extra *kml_extra_at(unsigned int i)
{
	return &extras[i];
}
