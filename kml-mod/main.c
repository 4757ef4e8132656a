// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel-Mode Linux: the module that gives privileged programs their vDSO.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kml.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "compat.h"
#include "exports.h"
#include "extra.h"
#include "fault.h"
#include "handler.h"
#include "image.h"
#include "kml_gate.h"
#include "policy.h"
#include "sysfs.h"

static struct kml_ops ops = {
	.owner		= THIS_MODULE,
	.refuse_exec	= kml_policy_refuse_exec,
	.report		= kml_report,
	.fault		= kml_fault_in,
	.handler_fault	= kml_arch_handler_fault,
};

static int __init kml_init(void)
{
	int ret;

	ret = kml_policy_init();
	if (ret)
		return ret;
	ret = kml_fault_init() ?: kml_gate_init() ?: kml_entry_init(&ops);
	if (ret)
		return ret;
	ret = kml_handlers_init();
	if (ret)
		return ret;
	ret = kml_extra_read();
	if (ret)
		goto out_handlers;
	ret = kml_image_create(kml_extra_count(), kml_extra_names_size());
	if (ret)
		goto out_extra;
	ret = kml_image_adopt_stock();
	if (ret)
		goto out_image;
	ret = kml_exports_resolve();
	if (ret)
		goto out_image;
	ret = kml_image_seal();
	if (ret)
		goto out_image;
	ops.trusted = kml_policy_trusted();
	ops.ibpb = kml_policy_ibpb();
	ops.vdso = kml_image_mapping();
	ops.vdso_size = kml_image_size();
	ops.gate_start = (unsigned long)kml_gate_start;
	ops.gate_end = (unsigned long)kml_gate_end;
	ret = kml_sysfs_create(&ops);
	if (ret)
		goto out_image;
	ret = kml_register(&ops);
	if (ret)
		goto out_sysfs;

	pr_info("version " KML_VERSION ", %u exports, %u of them from "
		KML_EXTRA_DIR "\n", kml_exports_count(), kml_extra_count());
	kml_extra_free();
	return 0;

out_sysfs:
	kml_sysfs_destroy();
out_image:
	kml_image_destroy();
out_extra:
	kml_extra_free();
out_handlers:
	kml_handlers_exit();
	return ret;
}

static void __exit kml_exit(void)
{
	kml_unregister(&ops);
	kml_sysfs_destroy();
	kml_image_destroy();
	kml_handlers_exit();
}

module_init(kml_init);
module_exit(kml_exit);

MODULE_DESCRIPTION("Kernel-Mode Linux: exports and gates for programs in /trusted");
MODULE_LICENSE("GPL");
MODULE_VERSION(KML_VERSION);
KML_IMPORT_NS;
