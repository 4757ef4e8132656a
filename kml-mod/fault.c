// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a program that a called kernel function does not find: it is
 * brought in however long that takes, and if it is not to be had the function
 * finishes on memory that is thrown away.
 *
 * That memory is an address space of its own, a scratch mm, in which each
 * address is the same page. The task has it from the first bad access until
 * the gate's exit, so whatever the function still touches is there, nothing
 * of the program's is changed by it, and no other thread sees any of it. The
 * way out puts the program's mm back and delivers the signal.
 */
#include <linux/binfmts.h>
#include <linux/gfp.h>
#include <linux/kml.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/userfaultfd_k.h>
#include <asm/mmu_context.h>

#include "fault.h"
#include "kernel_symbol.h"
#ifdef CONFIG_ARM64
#include "ttbr0_arm64.h"
#endif

/* Functions of the kernel that are not exported. */
static struct {
	typeof(_install_special_mapping) *install_special_mapping;
	typeof(arch_kml_mark_mm) *mark_mm;
	typeof(find_extend_vma_locked) *find_extend_vma;
	typeof(force_sig_fault) *force_sig_fault;
	typeof(mm_alloc) *mm_alloc;
	typeof(pagefault_out_of_memory) *pagefault_out_of_memory;
#ifdef CONFIG_MEMBARRIER
	typeof(membarrier_update_current_mm) *membarrier_update;
#endif
#ifdef CONFIG_SCHED_MM_CID
	typeof(sched_mm_cid_before_execve) *mm_cid_before;
	typeof(sched_mm_cid_after_execve) *mm_cid_after;
#endif
#ifdef CONFIG_X86_64
	typeof(switch_mm_irqs_off) *switch_mm;
#else
	typeof(check_and_switch_context) *switch_context;
#endif
} kernel;

/**
 * struct scratch - what a function finishes on
 * @work: runs at the gate's exit
 * @mm: the program's
 * @mapping: the whole of the scratch mm
 * @page: what all of it shows
 * @signal: to be delivered, 0 for a task that is dying already
 * @code: its si_code
 * @address: its si_addr, the first bad access
 */
struct scratch {
	struct callback_head work;
	struct mm_struct *mm;
	struct vm_special_mapping mapping;
	struct page *page;
	int signal;
	int code;
	unsigned long address;
};

static vm_fault_t scratch_fault(const struct vm_special_mapping *mapping,
				struct vm_area_struct *vma, struct vm_fault *vmf)
{
	const struct scratch *s = container_of(mapping, struct scratch,
					       mapping);

	return vmf_insert_pfn(vma, vmf->address, page_to_pfn(s->page));
}

/*
 * As exec_mmap() and kthread_use_mm() do it. The program's mm keeps the user
 * that the task is.
 */
static void use_mm(struct mm_struct *mm)
{
	struct task_struct *tsk = current;
	struct mm_struct *prev;

	task_lock(tsk);
	local_irq_disable();
	prev = tsk->active_mm;
	tsk->active_mm = mm;
	tsk->mm = mm;
#ifdef CONFIG_MEMBARRIER
	kernel.membarrier_update(mm);
#endif
#ifdef CONFIG_X86_64
	kernel.switch_mm(prev, mm, tsk);
#elif defined(CONFIG_ARM64)
	kernel.switch_context(mm);
	kml_save_ttbr0(tsk, mm);
#else
	cpumask_set_cpu(smp_processor_id(), mm_cpumask(mm));
	kernel.switch_context(mm, tsk);
#endif
	local_irq_enable();
	task_unlock(tsk);
}

/* The gate's exit, or the end of a task whose function never came back. */
static void scratch_end(struct callback_head *work)
{
	struct scratch *s = container_of(work, struct scratch, work);
	struct mm_struct *mm = current->mm;

	if (!mm) {
		mmput(s->mm);
		goto out_free;
	}

	use_mm(s->mm);
#ifdef CONFIG_SCHED_MM_CID
	kernel.mm_cid_after(current);
#endif
	mmput(mm);
	if (s->signal)
		kernel.force_sig_fault(s->signal, s->code,
				       (void __user *)s->address);
out_free:
	__free_page(s->page);
	kfree(s);
}

static struct mm_struct *scratch_mm(struct scratch *s)
{
	struct mm_struct *mm = kernel.mm_alloc();
	struct vm_area_struct *vma;

	if (!mm)
		return NULL;

	/* as privileged as the program's, and as much of a hold on us */
	kernel.mark_mm(mm);
	mm->binfmt = s->mm->binfmt;
	__module_get(mm->binfmt->module);

	mmap_write_lock(mm);
	vma = kernel.install_special_mapping(mm, 0, TASK_SIZE & PAGE_MASK,
					     VM_READ | VM_WRITE | VM_MAYREAD |
					     VM_MAYWRITE | VM_SHARED |
					     VM_MAYSHARE | VM_PFNMAP |
					     VM_DONTDUMP, &s->mapping);
	mmap_write_unlock(mm);
	if (IS_ERR(vma)) {
		mmput(mm);
		return NULL;
	}
	return mm;
}

/*
 * From now on the function sees scratch memory. For a dying task whose memory
 * is at its limit even this little must be had.
 */
static bool abandon(int signal, int code, unsigned long address)
{
	unsigned int noreclaim = memalloc_noreclaim_save();
	struct scratch *s = kzalloc(sizeof(*s), GFP_KERNEL);
	struct mm_struct *mm;

	if (!s)
		goto out_restore;
	*s = (struct scratch) {
		.mm = current->mm,
		.mapping = { .name = "[kml-scratch]", .fault = scratch_fault },
		.page = alloc_page(GFP_KERNEL | __GFP_ZERO),
		.signal = signal,
		.code = code,
		.address = address,
	};
	if (!s->page)
		goto out_free;
	mm = scratch_mm(s);
	if (!mm)
		goto out_page;
	init_task_work(&s->work, scratch_end);
	if (task_work_add(current, &s->work, TWA_RESUME))
		goto out_mm;
	memalloc_noreclaim_restore(noreclaim);

#ifdef CONFIG_SCHED_MM_CID
	kernel.mm_cid_before(current);
#endif
	use_mm(mm);
	return true;

out_mm:
	mmput(mm);
out_page:
	__free_page(s->page);
out_free:
	kfree(s);
out_restore:
	memalloc_noreclaim_restore(noreclaim);
	return false;
}

/* mmap_lock is held for reading if there is one. */
static struct vm_area_struct *lock_vma(struct mm_struct *mm,
				       unsigned long address)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (vma && vma->vm_start <= address)
		return vma;
	mmap_read_unlock(mm);
	if (!vma)
		return NULL;

	/* a stack that is to grow */
	mmap_write_lock(mm);
	vma = kernel.find_extend_vma(mm, address);
	mmap_write_downgrade(mm);
	if (!vma)
		mmap_read_unlock(mm);
	return vma;
}

/* For scratch memory, neither limits nor a lack of it count. */
static vm_fault_t handle_fault(struct vm_area_struct *vma,
			       unsigned long address, unsigned int flags)
{
	unsigned int noreclaim;
	vm_fault_t ret;

	if (!(vma->vm_flags & VM_PFNMAP))
		return handle_mm_fault(vma, address, flags, NULL);
	noreclaim = memalloc_noreclaim_save();
	ret = handle_mm_fault(vma, address, flags, NULL);
	memalloc_noreclaim_restore(noreclaim);
	return ret;
}

/**
 * kml_fault_in - a called function does not find the program's memory
 * @address: what it has accessed
 * @write: whether it was a write
 *
 * Waits like a system call that cannot be interrupted: a signal, even a fatal
 * one, is for the way out. Only who answers a userfault may be a thread that
 * the same signal has killed, so that wait ends with the task.
 *
 * The fault counts as one of user mode: the OOM killer is called, not obeyed.
 *
 * Context: a function that may sleep, interrupts on.
 * Return: true, the access may be tried again; false if there is no memory even
 * for an end without an oops.
 */
bool kml_fault_in(unsigned long address, bool write)
{
	unsigned int flags = FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_USER |
			     (write ? FAULT_FLAG_WRITE : 0);
	struct mm_struct *mm = current->mm;

	for (;;) {
		struct vm_area_struct *vma = lock_vma(mm, address);
		bool asks_user;
		vm_fault_t ret;

		if (!vma)
			return abandon(SIGSEGV, SEGV_MAPERR, address);
		if (write ? !(vma->vm_flags & VM_WRITE) :
			    !vma_is_accessible(vma)) {
			mmap_read_unlock(mm);
			return abandon(SIGSEGV, SEGV_ACCERR, address);
		}
		asks_user = userfaultfd_armed(vma);
		ret = handle_fault(vma, address, flags |
				   (asks_user ? FAULT_FLAG_KILLABLE : 0));
		if (ret & VM_FAULT_COMPLETED)
			return true;
		if (!(ret & VM_FAULT_RETRY))
			mmap_read_unlock(mm);
		else if (!asks_user || !fatal_signal_pending(current))
			flags |= FAULT_FLAG_TRIED;
		else
			return abandon(0, 0, 0);

		if (ret & VM_FAULT_OOM) {
			kernel.pagefault_out_of_memory();
			if (fatal_signal_pending(current))
				return abandon(0, 0, 0);
		} else if (ret & VM_FAULT_ERROR) {
			return ret & VM_FAULT_SIGSEGV ?
				abandon(SIGSEGV, SEGV_MAPERR, address) :
				abandon(SIGBUS, BUS_ADRERR, address);
		} else if (!(ret & VM_FAULT_RETRY)) {
			return true;
		}
	}
}

/**
 * kml_fault_init - find what the kernel has for it
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_fault_init(void)
{
	static const struct {
		const char *name;
		void *function;
	} needs[] = {
		{ "_install_special_mapping", &kernel.install_special_mapping },
		{ "arch_kml_mark_mm", &kernel.mark_mm },
		{ "find_extend_vma_locked", &kernel.find_extend_vma },
		{ "force_sig_fault", &kernel.force_sig_fault },
		{ "mm_alloc", &kernel.mm_alloc },
		{ "pagefault_out_of_memory", &kernel.pagefault_out_of_memory },
#ifdef CONFIG_MEMBARRIER
		{ "membarrier_update_current_mm", &kernel.membarrier_update },
#endif
#ifdef CONFIG_SCHED_MM_CID
		{ "sched_mm_cid_before_execve", &kernel.mm_cid_before },
		{ "sched_mm_cid_after_execve", &kernel.mm_cid_after },
#endif
#ifdef CONFIG_X86_64
		{ "switch_mm_irqs_off", &kernel.switch_mm },
#else
		{ "check_and_switch_context", &kernel.switch_context },
#endif
	};
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < ARRAY_SIZE(needs); i++)
		ret = kml_need_function(needs[i].name, needs[i].function);
	return ret;
}
