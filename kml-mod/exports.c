// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resolves the exports and fills the image's table.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bsearch.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kml.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <vdso/time64.h>

#include "exports.h"
#include "extra.h"
#include "helpers.h"
#include "image.h"
#include "kml_gate.h"
#include "table.h"

#ifdef CONFIG_X86_64
#define KML_SYSCALL_PREFIX	"__x64_sys_"
#elif defined(CONFIG_ARM64)
#define KML_SYSCALL_PREFIX	"__arm64_sys_"
#else
#define KML_SYSCALL_PREFIX	"sys_"
#endif

/* What the image's own code knows of the structures. */
static_assert(offsetof(struct kml_table, gate_call) == TABLE_GATE_CALL);
static_assert(offsetof(struct kml_table, gate_syscall) == TABLE_GATE_SYSCALL);
static_assert(offsetof(struct kml_table, clock_gettime) == TABLE_CLOCK_GETTIME);
static_assert(offsetof(struct kml_table, clock) == TABLE_CLOCK);
static_assert(offsetof(struct kml_table, clock_raw) == TABLE_CLOCK_RAW);
static_assert(offsetof(struct kml_table, tick_usec) == TABLE_TICK_USEC);
static_assert(sizeof(struct kml_table) <= TABLE_HEAD_SIZE);
static_assert(sizeof(struct kml_export) == TABLE_ENTRY_SIZE);
static_assert(offsetof(struct kml_export, gate) == ENTRY_GATE);

/**
 * struct kml_def - what the list says of an export
 * @name: its name
 * @symbol: the kernel's symbol, or NULL for a function of the module
 * @function: the module's function, if @symbol is NULL
 * @nargs: number of arguments
 * @flags: KML_DEF_*
 */
struct kml_def {
	const char *name;
	const char *symbol;
	void *function;
	u8 nargs;
	u8 flags;
};

/* In the order of the image's table. */
#define KML_SYMBOL(name, symbol, nargs, flags)			\
	{ #name, symbol, NULL, nargs, flags },
#define KML_FUNCTION(name, function, nargs, flags)		\
	{ #name, NULL, (void *)(function), nargs, flags },
static const struct kml_def defs[] = {
#include "defs.h"
};

/* The address and version of one export. */
static int export_find(const struct kml_def *def, struct kml_symbol *sym)
{
	if (def->flags & KML_DEF_ABSENT)
		return -ENOENT;
	if (def->symbol)
		return kml_lookup(def->symbol, sym);

	*sym = (struct kml_symbol) { .addr = (unsigned long)def->function };
	return 0;
}

static unsigned long export_gate(const struct kml_def *def,
				 const struct kml_export *export)
{
	return export->call_class == KML_SYSCALL ?
	       kml_gate_syscall_addr(def->nargs) : kml_gate_call_addr();
}

static void export_set(const struct kml_def *def, const struct kml_symbol *sym,
		       struct kml_export *export)
{
	export->target = kml_gate_target(export->call_class, def->name, sym->addr);
	export->gate = export_gate(def, export);
	if (sym->has_crc) {
		export->version = sym->crc;
		export->flags |= KML_EXPORT_CRC;
	}
	export->flags &= ~KML_EXPORT_MISSING;
}

static int export_resolve(const struct kml_def *def, struct kml_export *export)
{
	struct kml_symbol sym;
	int ret = export_find(def, &sym);

	if (ret) {
		const char *symbol = def->symbol ?: def->name;

		if (!def->flags) {
			pr_err("export %s: this kernel has %s symbol %s (%d); mark it optional in exports.tbl if it may be missing\n",
			       def->name, ret == -ENOTUNIQ ? "more than one" : "no",
			       symbol, ret);
			return ret;
		}
		if (def->flags & KML_DEF_OPTIONAL)
			pr_info("export %s: not offered, this kernel has %s symbol %s\n",
				def->name,
				ret == -ENOTUNIQ ? "more than one" : "no",
				symbol);
		return 0;
	}

	export_set(def, &sym, export);
	return 0;
}

/* The entry that is complete but for what export_set() does, and its stub. */
static void extra_resolve(const struct kml_extra *extra,
			  struct kml_export *export, const void *ret_label)
{
	const struct kml_def def = {
		.name = extra->name,
		.nargs = extra->proto.nargs,
	};

	export->stub = kml_image_offset(export->code);
	export->version = extra->proto.hash;
	export->call_class = KML_CALL;
	export->ret = ret_label - (void *)export;
	export->prototype = extra->proto.hash;
	export->stack = extra->proto.stack;
	memcpy(export->code, kml_extra_stub,
	       kml_extra_stub_end - kml_extra_stub);
	export_set(&def, &extra->sym, export);
}

/* Where functions return to is the same for all that are no system calls. */
static const void *find_ret_label(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(defs); i++) {
		struct kml_export *export = kml_image_export(i);

		if (export->call_class != KML_SYSCALL)
			return (void *)export + export->ret;
	}
	return NULL;
}

static int extras_resolve(void)
{
	struct kml_table *table = kml_image_table();
	const void *ret_label = find_ret_label();
	unsigned int i, n = table->extra_count;
	char *name;

	if (!n)
		return 0;
	if (!ret_label) {
		pr_err("extra exports need one in exports.tbl that is no system call\n");
		return -ENOEXEC;
	}
	BUILD_BUG_ON(offsetof(struct kml_export, code) != KML_EXPORT_CODE);
	name = (void *)table + table->extra + n * sizeof(struct kml_export);
	for (i = 0; i < n; i++) {
		const struct kml_extra *extra = kml_extra_at(i);
		struct kml_export *export = kml_image_export(table->count + i);

		memcpy(name, extra->name, strlen(extra->name) + 1);
		export->name = kml_image_offset(name);
		name += strlen(name) + 1;
		extra_resolve(extra, export, ret_label);
	}
	return 0;
}

/**
 * kml_exports_resolve - fill the image's table for the running kernel
 *
 * Context: module init; the image is writable.
 * Return: 0, -ENOEXEC if image and module were not built together, or the
 * error of a required symbol, after a line in the log.
 */
int kml_exports_resolve(void)
{
	struct kml_table *table = kml_image_table();
	unsigned int i;
	int ret;

	if (table->count != ARRAY_SIZE(defs)) {
		pr_err("the image has %u exports, the module %zu: build both again\n",
		       table->count, ARRAY_SIZE(defs));
		return -ENOEXEC;
	}

	table->gate_call = kml_gate_call_addr();
	for (i = 0; i < ARRAY_SIZE(table->gate_syscall); i++)
		table->gate_syscall[i] = kml_gate_syscall_addr(i);
	table->missing = (unsigned long)kml_gate_missing;
	table->tick_usec = MSEC_PER_SEC % HZ ? 0 : USEC_PER_SEC / HZ;
	strscpy(table->release, init_utsname()->release,
		sizeof(table->release));

	for (i = 0; i < ARRAY_SIZE(defs); i++) {
		struct kml_export *export = kml_image_export(i);

		if (strcmp(kml_image_export_name(export), defs[i].name)) {
			pr_err("export %s is not at its place in the image: build both again\n",
			       defs[i].name);
			return -ENOEXEC;
		}
		export->target = table->missing;
		export->gate = table->missing;
		ret = export_resolve(&defs[i], export);
		if (ret)
			return ret;
	}
	return extras_resolve();
}

unsigned int kml_exports_count(void)
{
	return ARRAY_SIZE(defs) + kml_image_table()->extra_count;
}

static int name_of_def(const void *name, const void *def)
{
	return strcmp(name, ((const struct kml_def *)def)->name);
}

/**
 * kml_exports_have - is an export in the list that the module was built with?
 * @name: the export
 */
bool kml_exports_have(const char *name)
{
	return bsearch(name, defs, ARRAY_SIZE(defs), sizeof(*defs),
		       name_of_def);
}
