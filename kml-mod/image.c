// SPDX-License-Identifier: GPL-2.0-only
/*
 * The KML image: copies what was built into pages of its own, points the
 * stock vDSO's names into the stock vDSO, and offers the pages for mapping.
 * exports.c fills the table in between create and seal.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kml.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/vdso.h>

#include "clocks.h"
#include "compat.h"
#include "exports.h"
#include "image.h"
#include "kml_elf.h"

extern const char kml_image_blob[], kml_image_blob_end[];

/* What programs expect of a stock vDSO. */
static const struct stock_symbol {
	const char *name;
	unsigned int flags;
} stock_symbols[] = {
#define KML_STOCK(name, flags)	{ #name, flags },
#include "defs.h"
#undef KML_STOCK
};

static struct kml_elf image;
static struct kml_table *table;
static unsigned int npages;

/*
 * The image and the stock vDSO below it name each other by distance, so they
 * must stay neighbours.
 */
static int image_mremap(const struct vm_special_mapping *sm,
			struct vm_area_struct *new_vma)
{
	return -EINVAL;
}

static struct vm_special_mapping mapping = {
	.name = "[vdso]",
	.mremap = image_mremap,
};

static int image_alloc(size_t size)
{
	struct page **pages;

	npages = DIV_ROUND_UP(size, PAGE_SIZE);
	pages = kcalloc(npages + 1, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	mapping.pages = pages;
	for (; size; size -= min(size, PAGE_SIZE), pages++) {
		*pages = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!*pages)
			return -ENOMEM;
	}
	return 0;
}

static int image_bad(const char *why)
{
	pr_err("the built vDSO image is damaged: %s; build and install the module again\n",
	       why);
	return -ENOEXEC;
}

static const char *table_fault(void)
{
	const Elf_Sym *sym = kml_elf_find(&image, "__kml_table");
	size_t left;

	if (!sym)
		return "it has no symbol __kml_table";
	if (sym->st_value % 64 || sym->st_value > image.size ||
	    image.size - sym->st_value < sizeof(*table))
		return "__kml_table lies outside";
	table = image.base + sym->st_value;
	left = image.size - sym->st_value;
	if (table->magic != KML_TABLE_MAGIC)
		return "its table has a wrong magic";
	if (table->abi_major != KML_ABI_MAJOR ||
	    table->abi_minor != KML_ABI_MINOR)
		return "its table is of another version than the module";
	if (table->entry_size != sizeof(struct kml_export))
		return "its exports have a wrong size";
	if (table->entries < sizeof(*table) || table->entries > left ||
	    table->entries % sizeof(struct kml_export) ||
	    table->count > (left - table->entries) / table->entry_size)
		return "its exports lie outside";
	return NULL;
}

static const char *export_fault(const struct kml_export *export)
{
	long long ret = (const void *)export - image.base +
			(long long)export->ret;

	if (!*kml_image_export_name(export))
		return "the name of an export lies outside";
	if (export->call_class > KML_SYSCALL)
		return "an export is of no known class";
	if (export->stub >= image.size || ret < 0 || ret >= image.size)
		return "the code of an export lies outside";
	return NULL;
}

/* Find the table, and believe it only then. */
static int image_check(void)
{
	const char *why = table_fault();
	unsigned int i;

	for (i = 0; !why && i < table->count; i++)
		why = export_fault(kml_image_export(i));
	return why ? image_bad(why) : 0;
}

/* Room for extra entries, and then their names, in pages after the image. */
static void image_extend(size_t offset, unsigned int extras)
{
	kml_elf_extend(&image, npages * PAGE_SIZE);
	if (!extras)
		return;
	table->extra = image.base + offset - (void *)table;
	table->extra_count = extras;
}

/**
 * kml_image_create - pages with a copy of the image, to be filled in
 * @extras: entries to be added
 * @names_size: bytes of their names
 *
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_image_create(unsigned int extras, size_t names_size)
{
	size_t size = kml_image_blob_end - kml_image_blob;
	size_t room = extras * sizeof(struct kml_export) + names_size;
	void *base;
	int ret;

	if (!size)
		return image_bad("it is empty");
	ret = image_alloc(PAGE_ALIGN(size) + room);
	if (ret)
		goto out_destroy;

	ret = -ENOMEM;
	base = vmap(mapping.pages, npages, VM_MAP, PAGE_KERNEL);
	if (!base)
		goto out_destroy;
	memcpy(base, kml_image_blob, size);

	ret = kml_elf_open(&image, base, size);
	if (ret)
		image_bad(image.why);
	else
		ret = image_check();
	if (ret)
		goto out_destroy;
	image_extend(PAGE_ALIGN(size), extras);
	return 0;

out_destroy:
	if (ret == -ENOMEM)
		pr_err("no memory for the vDSO image\n");
	kml_image_destroy();
	return ret;
}

/* The stock vDSO as the kernel keeps it. */
#ifdef CONFIG_X86_64
static int image_find_stock(void **data, size_t *size)
{
	const struct vdso_image *vdso;
	struct kml_symbol sym;
	int ret = kml_lookup(KML_VDSO_IMAGE, &sym);

	if (ret)
		return ret;
	vdso = (const struct vdso_image *)sym.addr;
	*data = vdso->data;
	*size = vdso->size;
	return 0;
}
#else
static int image_find_stock(void **data, size_t *size)
{
	struct kml_symbol start, end;
	int ret = kml_lookup("vdso_start", &start) ?:
		  kml_lookup("vdso_end", &end);

	if (ret)
		return ret;
	*data = (void *)start.addr;
	*size = end.addr - start.addr;
	return 0;
}
#endif

static bool image_names(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stock_symbols); i++)
		if (!strcmp(stock_symbols[i].name, name))
			return true;
	return false;
}

/**
 * kml_image_adopt_stock - let the stock vDSO's names lead into the stock vDSO
 *
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_image_adopt_stock(void)
{
	struct kml_elf stock;
	unsigned int i;
	size_t size;
	void *data;
	int ret;

	ret = image_find_stock(&data, &size);
	if (ret) {
		pr_err("no symbol of the stock vDSO in this kernel: build it with CONFIG_KALLSYMS_ALL=y\n");
		return ret;
	}
	ret = kml_elf_open(&stock, data, size);
	if (ret) {
		pr_err("this kernel's own vDSO cannot be read: %s\n",
		       stock.why);
		return ret;
	}

	for (i = 0; !ret && i < ARRAY_SIZE(stock_symbols); i++) {
		const struct stock_symbol *want = &stock_symbols[i];

		if (!want->flags && !kml_elf_find(&stock, want->name))
			pr_info("this kernel's vDSO has no %s\n", want->name);
		ret = kml_elf_point(&image, want->name, &stock);
		if (ret)
			pr_err("the built vDSO image has no %s; build and install the module again\n",
			       want->name);
	}
	if (ret)
		return ret;
	ret = kml_clocks_tell(table, &stock, (void *)table - image.base);
	if (ret)
		return ret;

	for (i = 1; i < stock.nsyms; i++) {
		const char *name = kml_elf_name(&stock, &stock.syms[i]);

		if (stock.syms[i].st_shndx != SHN_UNDEF &&
		    stock.syms[i].st_shndx != SHN_ABS && *name &&
		    !image_names(name))
			pr_info("programs will not see %s of this kernel's vDSO: it has no line in stock.tbl\n",
				name);
	}
	return 0;
}

/**
 * kml_image_seal - make our own view of the finished image read-only
 *
 * Return: 0 or -ENOMEM.
 */
int kml_image_seal(void)
{
	size_t offset = (void *)table - image.base;
	void *base = vmap(mapping.pages, npages, VM_MAP, PAGE_KERNEL_RO);

	if (!base)
		return -ENOMEM;
	vunmap(image.base);
	image.base = base;
	table = base + offset;
	return 0;
}

/**
 * kml_image_destroy - free the pages; nobody has them mapped any more
 */
void kml_image_destroy(void)
{
	struct page **page;

	if (image.base)
		vunmap(image.base);
	image.base = NULL;
	for (page = mapping.pages; page && *page; page++)
		__free_page(*page);
	kfree(mapping.pages);
	mapping.pages = NULL;
}

/* Bytes of address space that the image takes. */
unsigned long kml_image_size(void)
{
	return npages * PAGE_SIZE;
}

struct kml_table *kml_image_table(void)
{
	return table;
}

/* The export at place @i of the table; the extra ones come last. */
struct kml_export *kml_image_export(unsigned int i)
{
	if (i >= table->count)
		return (void *)table + table->extra +
		       (i - table->count) * table->entry_size;
	return (void *)table + table->entries + i * table->entry_size;
}

/* Distance of something in the image from its start. */
u32 kml_image_offset(const void *at)
{
	return at - image.base;
}

/* Name of an export, "" if the table is damaged. */
const char *kml_image_export_name(const struct kml_export *export)
{
	if (export->name >= image.size ||
	    !memchr(image.base + export->name, 0, image.size - export->name))
		return "";
	return image.base + export->name;
}

const struct vm_special_mapping *kml_image_mapping(void)
{
	return &mapping;
}
