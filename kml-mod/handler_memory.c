// SPDX-License-Identifier: GPL-2.0-only
/*
 * A handler cannot wait for memory: all that the program has is locked, there,
 * and stays where it is.
 *
 * Locked memory can still be moved, or be shared with a child by fork until
 * the first write. So its pages are pinned, too: a fork copies them for the
 * child at once, and nothing moves them.
 *
 * ARM, and arm64 before ARMv8.1, have the first access and the first write to a
 * page fault, for the kernel to note them: they are made here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "handler.h"

/* Is it not the hardware that notes accesses in page tables? */
#define FAULTS_NOTE_ACCESS	(IS_ENABLED(CONFIG_ARM) || IS_ENABLED(CONFIG_ARM64))

/* What the kernel maps by itself, or a driver, is there and cannot be locked. */
static bool is_locked(const struct vm_area_struct *vma)
{
	return vma->vm_flags & (VM_LOCKED | VM_SPECIAL | VM_HUGETLB);
}

static bool has_pages(struct vm_area_struct *vma)
{
	return vma_is_accessible(vma) &&
	       !(vma->vm_flags & (VM_IO | VM_PFNMAP));
}

/* The pages of the vvar and the like come at the first touch. */
static void touch_vma(const struct vm_area_struct *vma, bool write)
{
	unsigned int flags = write ? FAULT_FLAG_WRITE : 0;
	unsigned long addr;

	for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE)
		fixup_user_fault(vma->vm_mm, addr, flags, NULL);
}

/* A file's pages that the program may write can be pinned for reading only. */
static long pin_vma(struct vm_area_struct *vma, struct page **pages)
{
	bool write = vma->vm_flags & VM_WRITE;
	unsigned int flags = FOLL_LONGTERM | (write ? FOLL_WRITE : 0);
	long ret = pin_user_pages(vma->vm_start, vma_pages(vma), flags, pages);

	if (ret < 0 && (vma->vm_flags & VM_SHARED)) {
		write = false;
		ret = pin_user_pages(vma->vm_start, vma_pages(vma),
				     flags & ~FOLL_WRITE, pages);
	}
	if (FAULTS_NOTE_ACCESS)
		touch_vma(vma, write);
	return ret;
}

/* A private mapping of a device's memory is not to become a copy. */
static bool writes_device(const struct vm_area_struct *vma)
{
	return FAULTS_NOTE_ACCESS && (vma->vm_flags & VM_WRITE) &&
	       (vma->vm_flags & VM_SHARED);
}

static int refuse(const struct vm_area_struct *vma)
{
	pr_info_ratelimited("%*pE[%d]: no handler: memory at %lx-%lx is not locked; call mlockall(MCL_CURRENT | MCL_FUTURE) first\n",
			    (int)strnlen(current->comm, sizeof(current->comm)),
			    current->comm, task_tgid_nr(current),
			    vma->vm_start, vma->vm_end);
	return -EPERM;
}

/* What there is of a mapping may be less than it, so the rest is left out. */
static int pin_all(struct mm_struct *mm, struct page **pages,
		   unsigned long max, unsigned long *n)
{
	VMA_ITERATOR(vmi, mm, 0);
	struct vm_area_struct *vma;
	long ret;

	for_each_vma(vmi, vma) {
		if (!is_locked(vma))
			return refuse(vma);
		if (!has_pages(vma)) {
			touch_vma(vma, writes_device(vma));
			continue;
		}
		if (vma_pages(vma) > max - *n)
			return -EAGAIN;
		ret = pin_vma(vma, pages + *n);
		if (ret < 0 && ret != -EFAULT)
			return ret;
		if (ret > 0)
			*n += ret;
	}
	return 0;
}

/* Is this the address of the program's own text? */
static bool is_text(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);

	/* a fault makes such pages executable, or writable, there */
	if (IS_ENABLED(CONFIG_ARM64) && vma && (vma->vm_flags & VM_WRITE))
		return false;
	return vma && (vma->vm_flags & VM_EXEC);
}

/**
 * kml_handler_unpin - let pages go
 * @pages: they, freed as well
 * @npages: their number
 */
void kml_handler_unpin(struct page **pages, unsigned long npages)
{
	if (pages)
		unpin_user_pages(pages, npages);
	kvfree(pages);
}

/**
 * kml_handler_memory - see that a handler will find the program's memory
 * @owner: of current
 * @function: the handler
 *
 * Each handler renews what is pinned: by all that was mapped since the last.
 *
 * Context: process context.
 * Return: 0; -EFAULT if @function is not in the program's text, -EPERM if some
 * memory is not locked, -ENOMEM, or what pinning it has failed with.
 */
int kml_handler_memory(struct kml_owner *owner, unsigned long function)
{
	struct mm_struct *mm = owner->mm;
	unsigned long max = 0, n = 0;
	struct page **pages = NULL;
	bool text;
	int ret;

	if (function >= TASK_SIZE_MAX)
		return -EFAULT;
	do {
		kml_handler_unpin(pages, n);
		/* more may be mapped before the lock is held */
		max = READ_ONCE(mm->total_vm) + 64;
		n = 0;
		pages = kvmalloc_array(max, sizeof(*pages), GFP_KERNEL);
		if (!pages)
			return -ENOMEM;
		mmap_read_lock(mm);
		text = is_text(mm, function);
		ret = text ? pin_all(mm, pages, max, &n) : -EFAULT;
		mmap_read_unlock(mm);
	} while (ret == -EAGAIN && !signal_pending(current));
	if (ret) {
		kml_handler_unpin(pages, n);
		return ret;
	}
	mutex_lock(&owner->lock);
	swap(owner->pages, pages);
	swap(owner->npages, n);
	mutex_unlock(&owner->lock);
	kml_handler_unpin(pages, n);
	return 0;
}
