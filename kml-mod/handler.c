// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers: whose they are, their numbers, and when they end.
 *
 * They belong to an address space, as privilege does: threads share them, a
 * forked child has none, and the mmu notifier ends them before the first page
 * goes, whatever ends the mm: exec, exit or a signal. While there is one the
 * mm's reference keeps the module.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kml.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "handler.h"

static LIST_HEAD(owners);
/* Held while an owner is made. Taken before mmap_lock and kml_owner.lock. */
static DEFINE_MUTEX(owners_lock);

/**
 * kml_owner_find - the handlers of an mm
 * @mm: whose
 *
 * Context: any; the mm is in use, or RCU's read lock is held.
 */
struct kml_owner *kml_owner_find(struct mm_struct *mm)
{
	struct kml_owner *owner, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(owner, &owners, list) {
		if (owner->mm == mm) {
			found = owner;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static void handler_free(struct kref *ref)
{
	struct kml_handler *h = container_of(ref, struct kml_handler, ref);

	kfree_rcu(h, rcu);
}

/* A reference of kml_handler_get() goes. */
void kml_handler_put(struct kml_handler *h)
{
	kref_put(&h->ref, handler_free);
}

/* It is in no slot any more. */
static void handler_cancel(struct kml_handler *h)
{
	h->kind->cancel(h);
	cancel_work_sync(&h->report);
	if (h->function)
		kml_handler_arm(-1);
	kml_handler_end(h);
	kml_handler_put(h);
}

/* The last user of the mm has gone; its pages and tables are still there. */
static void owner_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct kml_owner *owner = container_of(notifier, struct kml_owner,
					       notifier);
	unsigned int i;

	mutex_lock(&owners_lock);
	list_del_rcu(&owner->list);
	mutex_unlock(&owners_lock);
	for (i = 0; i < KML_HANDLERS_MAX; i++) {
		struct kml_handler *h = rcu_replace_pointer(owner->slot[i],
							    NULL, true);

		if (h)
			handler_cancel(h);
	}
	kml_handler_unpin(owner->pages, owner->npages);
	mmu_notifier_put(notifier);
}

static void owner_free(struct mmu_notifier *notifier)
{
	struct kml_owner *owner = container_of(notifier, struct kml_owner,
					       notifier);

	put_pid(owner->pid);
	kfree_rcu(owner, rcu);
}

static const struct mmu_notifier_ops owner_ops = {
	.release	= owner_release,
	.free_notifier	= owner_free,
};

/* The owner of current's handlers, made when it has none. */
static struct kml_owner *owner_get(void)
{
	struct mm_struct *mm = current->mm;
	struct kml_owner *owner;
	int ret;

	mutex_lock(&owners_lock);
	owner = kml_owner_find(mm);
	if (owner)
		goto out_unlock;
	owner = kzalloc(sizeof(*owner), GFP_KERNEL);
	if (!owner) {
		owner = ERR_PTR(-ENOMEM);
		goto out_unlock;
	}
	owner->notifier.ops = &owner_ops;
	owner->mm = mm;
	mutex_init(&owner->lock);
	owner->pid = get_pid(task_tgid(current));
	ret = mmu_notifier_register(&owner->notifier, mm);
	if (ret) {
		put_pid(owner->pid);
		kfree(owner);
		owner = ERR_PTR(ret);
		goto out_unlock;
	}
	list_add_rcu(&owner->list, &owners);
out_unlock:
	mutex_unlock(&owners_lock);
	return owner;
}

static int refuse(const char *reason)
{
	pr_info_ratelimited("%*pE[%d]: no handler: %s\n",
			    (int)strnlen(current->comm, sizeof(current->comm)),
			    current->comm, task_tgid_nr(current), reason);
	return -EOPNOTSUPP;
}

/**
 * kml_handler_new - a handler of current that is not called yet
 * @kind: timer or interrupt
 * @function: the program's, or NULL
 * @arg: its argument
 * @flags: KML_HANDLER_FPU or 0
 *
 * The program's memory must be locked for @function; it is pinned here.
 *
 * Context: process context of the program.
 * Return: the handler or an ERR_PTR: EPERM if memory is not locked, EFAULT if
 * @function is not of the program's text, EOPNOTSUPP if this kernel cannot call
 * it, EINVAL, ENOMEM.
 */
struct kml_handler *kml_handler_new(const struct kml_kind *kind,
				    kml_handler_t function, void *arg, u32 flags)
{
	size_t fpu = flags & KML_HANDLER_FPU ? kml_arch_fpu_size() : 0;
	struct kml_owner *owner;
	struct kml_handler *h;
	int ret;

	if (flags & ~KML_HANDLER_FPU || (flags && !function))
		return ERR_PTR(-EINVAL);
	if (!current->mm || !mm_is_kml(current->mm))
		return ERR_PTR(-EPERM);
	if (function && kml_arch_no_handlers())
		return ERR_PTR(refuse(kml_arch_no_handlers()));
	owner = owner_get();
	if (IS_ERR(owner))
		return ERR_CAST(owner);
	if (function) {
		ret = kml_handler_memory(owner, (unsigned long)function);
		if (ret)
			return ERR_PTR(ret);
	}

	h = kzalloc(sizeof(*h) + (fpu ? fpu + KML_FPU_ALIGN : 0), GFP_KERNEL);
	if (!h)
		return ERR_PTR(-ENOMEM);
	kref_init(&h->ref);
	h->owner = owner;
	h->kind = kind;
	h->function = function;
	h->arg = arg;
	init_swait_queue_head(&h->wait);
	INIT_WORK(&h->report, kml_handler_report);
	if (fpu)
		h->fpu = PTR_ALIGN((void *)(h + 1), KML_FPU_ALIGN);
	return h;
}

/**
 * kml_handler_add - give a handler a number; owner->lock is held
 * @h: from kml_handler_new()
 *
 * Return: the number, or -ENOSPC if the process has too many.
 */
int kml_handler_add(struct kml_handler *h)
{
	struct kml_owner *owner = h->owner;
	int i;

	lockdep_assert_held(&owner->lock);
	for (i = 0; i < KML_HANDLERS_MAX; i++) {
		if (!rcu_access_pointer(owner->slot[i])) {
			h->id = i;
			rcu_assign_pointer(owner->slot[i], h);
			if (h->function)
				kml_handler_arm(1);
			return i;
		}
	}
	return -ENOSPC;
}

/**
 * kml_handler_drop - take back kml_handler_add(); owner->lock is held
 * @h: a handler that nothing calls yet
 */
void kml_handler_drop(struct kml_handler *h)
{
	RCU_INIT_POINTER(h->owner->slot[h->id], NULL);
	if (h->function)
		kml_handler_arm(-1);
}

/**
 * kml_handler_get - current's handler of a number, with a reference
 * @kind: it must be of this kind, NULL if of any
 * @id: the number
 *
 * Context: process context, or a handler, whose process it is then.
 * Return: the handler or NULL.
 */
struct kml_handler *kml_handler_get(const struct kml_kind *kind, int id)
{
	struct kml_run *run = kml_running();
	struct kml_handler *h = NULL;
	struct kml_owner *owner;

	if (id < 0 || id >= KML_HANDLERS_MAX)
		return NULL;
	rcu_read_lock();
	owner = run ? run->handler->owner : kml_owner_find(current->mm);
	if (owner)
		h = rcu_dereference(owner->slot[id]);
	if (h && ((kind && h->kind != kind) || !kref_get_unless_zero(&h->ref)))
		h = NULL;
	rcu_read_unlock();
	return h;
}

/**
 * kml_handler_remove - end a handler of current
 * @kind: its kind
 * @id: its number
 *
 * Context: process context.
 * Return: 0, or -ENOENT if there is none.
 */
int kml_handler_remove(const struct kml_kind *kind, int id)
{
	struct kml_owner *owner = kml_owner_find(current->mm);
	struct kml_handler *h;

	if (!owner || id < 0 || id >= KML_HANDLERS_MAX)
		return -ENOENT;
	mutex_lock(&owner->lock);
	h = rcu_dereference_protected(owner->slot[id],
				      lockdep_is_held(&owner->lock));
	if (h && h->kind == kind)
		RCU_INIT_POINTER(owner->slot[id], NULL);
	else
		h = NULL;
	mutex_unlock(&owner->lock);
	if (!h)
		return -ENOENT;
	handler_cancel(h);
	return 0;
}

/**
 * kml_handlers_init - what handlers need of the kernel
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_handlers_init(void)
{
	int ret = kml_handler_run_init();

	if (ret)
		return ret;
	ret = kml_arch_handlers_init();
	if (ret)
		kml_handler_run_exit();
	return ret;
}

/* No privileged mm is left, so no handler. */
void kml_handlers_exit(void)
{
	kml_arch_handlers_exit();
	kml_handler_run_exit();
	mmu_notifier_synchronize();
}
