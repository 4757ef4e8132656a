// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Look exports up and call them by name at run time.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kml/kml.h>

#include "bind.h"

#define ARGS_MAX 6

static int find(const char *name, const struct kml_image **img,
		struct kml_export *e)
{
	if (!name)
		return -EINVAL;
	if (kml_bound(img))
		return -ENOSYS;
	return kml_image_find(*img, name, e);
}

static void fill_info(const struct kml_image *img, const struct kml_export *e,
		      struct kml_export_info *info)
{
	struct kml_export_info full = {
		.size = info->size,
		.name = kml_image_name(img, e),
		.target = e->target,
		.version = e->version,
		.prototype = e->prototype,
		.call_class = e->flags & KML_EXPORT_LEAF ? KML_LEAF : e->call_class,
		.flags = e->flags,
	};

	if (e->flags & KML_EXPORT_MISSING)
		full.target = 0;
	else
		full.stub = (void *)kml_entry_callee(img, e);
	memcpy(info, &full,
	       info->size < sizeof(full) ? info->size : sizeof(full));
}

int kml_export_info(const char *name, struct kml_export_info *info)
{
	const struct kml_image *img;
	struct kml_export e;
	int ret;

	if (!info || info->size < sizeof(info->size))
		return -EINVAL;
	ret = find(name, &img, &e);
	if (!ret)
		fill_info(img, &e, info);
	return ret;
}

int kml_export_at(unsigned int index, struct kml_export_info *info)
{
	const struct kml_image *img;
	struct kml_export e;

	if (!info || info->size < sizeof(info->size))
		return -EINVAL;
	if (kml_bound(&img))
		return -ENOSYS;
	if (kml_image_entry(img, index, &e))
		return -ENOENT;
	fill_info(img, &e, info);
	return 0;
}

void *kml_sym(const char *name)
{
	const struct kml_image *img;
	struct kml_export e;

	if (find(name, &img, &e) || (e.flags & KML_EXPORT_MISSING))
		return NULL;
	return (void *)kml_entry_callee(img, &e);
}

long kml_call(const char *name, unsigned int nargs, ...)
{
	long (*fn)(long a, long b, long c, long d, long e, long f);
	const struct kml_image *img;
	struct kml_export e;
	long arg[ARGS_MAX] = { 0 };
	va_list ap;
	int ret;

	if (!name)
		return -EINVAL;
	if (nargs > ARGS_MAX)
		return -E2BIG;
	ret = find(name, &img, &e);
	if (ret)
		return ret;
	if (e.flags & KML_EXPORT_MISSING)
		return -ENOSYS;
	va_start(ap, nargs);
	for (unsigned int i = 0; i < nargs; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	fn = (void *)kml_entry_callee(img, &e);
	return fn(arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}
