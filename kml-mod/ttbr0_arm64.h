/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which page table the kernel uses for a task's memory on CPUs of arm64 where PAN
 * is done by software: TTBR0 has none while the kernel runs, but in uaccess.
 */
#ifndef KML_TTBR0_ARM64_H
#define KML_TTBR0_ARM64_H

#include <linux/mm_types.h>
#include <linux/sched.h>
#include <asm/mmu.h>
#include <asm/pgtable.h>

/* update_saved_ttbr0(), which knows an mm that modules do not */
static inline void kml_save_ttbr0(struct task_struct *tsk, struct mm_struct *mm)
{
#ifdef CONFIG_ARM64_SW_TTBR0_PAN
	WRITE_ONCE(task_thread_info(tsk)->ttbr0,
		   phys_to_ttbr(virt_to_phys(mm->pgd)) | ASID(mm) << 48);
#endif
}

#endif /* KML_TTBR0_ARM64_H */
