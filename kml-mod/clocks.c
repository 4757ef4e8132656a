// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the image's leaves find the clocks of the running kernel. A layout
 * that is not the one that they know does not compile.
 */
#include <linux/build_bug.h>
#include <linux/kconfig.h>
#include <linux/kml.h>
#include <linux/mm.h>
#include <linux/stddef.h>
#include <linux/time64.h>
#include <asm/vdso.h>
#include <asm/vdso/vsyscall.h>
#include <vdso/datapage.h>

#include <kml/abi.h>
#include "clock.h"
#include "clocks.h"
#include "compat.h"
#include "kernel_symbol.h"
#include "kml_elf.h"

#define SAME_PLACE(field, kernels)					\
	static_assert(offsetof(struct kml_clock_data, field) ==		\
		      offsetof(KML_VDSO_CLOCK, kernels))
#define SAME_SIZE(field, kernels)					\
	static_assert(sizeof_field(struct kml_clock_data, field) ==	\
		      sizeof_field(KML_VDSO_CLOCK, kernels))

SAME_PLACE(seq, seq);
SAME_SIZE(seq, seq);
SAME_PLACE(clock_mode, clock_mode);
SAME_SIZE(clock_mode, clock_mode);
SAME_PLACE(cycle_last, cycle_last);
SAME_SIZE(cycle_last, cycle_last);
SAME_PLACE(mask, mask);
SAME_SIZE(mask, mask);
SAME_PLACE(mult, mult);
SAME_SIZE(mult, mult);
SAME_PLACE(shift, shift);
SAME_SIZE(shift, shift);
SAME_PLACE(base, basetime);
SAME_SIZE(base, basetime);
SAME_PLACE(base[1].nsec, basetime[1].nsec);
static_assert(VDSO_CLOCKMODE_NONE == KML_CLOCK_NONE);
static_assert(VDSO_CLOCKMODE_TIMENS == KML_CLOCK_TIMENS);
static_assert(sizeof(struct timespec64) == sizeof(struct __kernel_timespec));
#ifdef CONFIG_X86_64
SAME_PLACE(max_cycles, max_cycles);
SAME_SIZE(max_cycles, max_cycles);
static_assert(VDSO_CLOCKMODE_TSC == KML_CLOCK_COUNTER);
#else
static_assert(VDSO_CLOCKMODE_ARCHTIMER == KML_CLOCK_COUNTER);
#endif

/* Distance of the data from the end of the stock image. */
static int find_data(const struct kml_elf *stock, long *distance)
{
#ifdef CONFIG_ARM
	unsigned long pages;
	int ret = kml_need_symbol("vdso_total_pages", &pages);

	/* the first of them is the data's */
	if (!ret)
		*distance = -(long)(*(unsigned int *)pages * PAGE_SIZE);
	return ret;
#elif defined(KML_VDSO_PAGES)
	*distance = -(long)(stock->size + KML_VDSO_PAGES * PAGE_SIZE);
	return 0;
#else
	unsigned long image, data, page;
	int ret = kml_need_symbol(KML_VDSO_IMAGE, &image) ?:
		  kml_need_symbol("_vdso_data", &data) ?:
		  kml_need_symbol("__vvar_page", &page);

	if (!ret)
		*distance = ((const struct vdso_image *)image)->sym_vvar_page +
			    (long)(data - page) - (long)stock->size;
	return ret;
#endif
}

/**
 * kml_clocks_tell - tell the leaves where they find clocks
 * @table: of the image, which lies directly above the stock one
 * @stock: the stock image
 * @place: of the table in the image
 *
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_clocks_tell(struct kml_table *table, const struct kml_elf *stock,
		    long place)
{
	const char *name = IS_ENABLED(CONFIG_ARM64) ? "__kernel_clock_gettime" :
			   IS_ENABLED(CONFIG_64BIT) ? "__vdso_clock_gettime" :
						      "__vdso_clock_gettime64";
	const Elf_Sym *sym = kml_elf_find(stock, name);
	long distance;
	int ret = find_data(stock, &distance);

	if (ret)
		return ret;
	distance += KML_VDSO_CLOCKS_AT;
	/* arm's kernel takes the name away where there is no such timer */
	if (sym)
		table->clock_gettime = (long)sym->st_value -
				       (long)stock->size - place;
	table->clock = distance - place +
		       CS_HRES_COARSE * (long)sizeof(KML_VDSO_CLOCK);
	table->clock_raw = distance - place +
			   CS_RAW * (long)sizeof(KML_VDSO_CLOCK);
	return 0;
}
