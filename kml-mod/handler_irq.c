// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of devices that run a function of the program, or wake a thread.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "handler.h"
#include "helpers.h"

static_assert(KML_IRQ_RISING == IRQF_TRIGGER_RISING);
static_assert(KML_IRQ_FALLING == IRQF_TRIGGER_FALLING);
static_assert(KML_IRQ_HIGH == IRQF_TRIGGER_HIGH);
static_assert(KML_IRQ_LOW == IRQF_TRIGGER_LOW);

/*
 * Without a handler nobody quiets the device before a thread has looked at it:
 * the interrupt stays masked until that one waits for the next.
 */
static irqreturn_t irq_masked(struct kml_handler *h)
{
	disable_irq_nosync(h->irq);
	atomic_set_release(&h->masked, 1);
	kml_handler_event(h, 1);
	return IRQ_HANDLED;
}

static irqreturn_t irq_fire(int irq, void *data)
{
	struct kml_handler *h = data;
	u32 ret;

	if (!h->function)
		return irq_masked(h);
	ret = kml_handler_run(h, irq);
	if (ret & (KML_HANDLER_STOP | KML_HANDLER_ABANDONED))
		disable_irq_nosync(irq);
	if (ret & KML_HANDLER_WAKE)
		kml_handler_event(h, 1);
	if (ret & KML_HANDLER_STOP)
		kml_handler_end(h);
	return ret & KML_HANDLER_NOT_MINE ? IRQ_NONE : IRQ_HANDLED;
}

static void irq_cancel(struct kml_handler *h)
{
	free_irq(h->irq, h);
}

static const struct kml_kind irq_kind = {
	.name	= "interrupt",
	.cancel	= irq_cancel,
};

/* Not after its end: free_irq() is about to run, or has. */
static void irq_unmask(struct kml_handler *h)
{
	struct kml_owner *owner = h->owner;

	mutex_lock(&owner->lock);
	if (rcu_access_pointer(owner->slot[h->id]) == h &&
	    atomic_xchg_acquire(&h->masked, 0))
		enable_irq(h->irq);
	mutex_unlock(&owner->lock);
}

static int irq_refused(unsigned int irq, int err, const char *why)
{
	pr_info_ratelimited("%*pE[%d]: no handler for interrupt %u: %s\n",
			    (int)strnlen(current->comm, sizeof(current->comm)),
			    current->comm, task_tgid_nr(current), irq, why);
	return err;
}

/* A handler cannot share an interrupt, and must be called in a hard one. */
static int irq_judge(unsigned int irq)
{
	if (!irq_get_irq_data(irq))
		return irq_refused(irq, -EINVAL, "there is none of this number");
	if (irq_is_percpu(irq) || irq_is_percpu_devid(irq))
		return irq_refused(irq, -EINVAL, "it belongs to each processor");
	if (irq_has_action(irq))
		return irq_refused(irq, -EBUSY,
				   "it has a user already, see /proc/interrupts, and handlers do not share; unbind the driver");
	if (irq_check_status_bit(irq, IRQ_NESTED_THREAD))
		return irq_refused(irq, -EOPNOTSUPP,
				   "its controller calls handlers in a thread");
	return 0;
}

/**
 * kml_irq_request - call a function of the program at each interrupt
 * @irq: its number, as in /proc/interrupts
 * @function: the handler, or NULL for kml_irq_wait() alone
 * @arg: its argument
 * @flags: KML_HANDLER_FPU, and at most one of KML_IRQ_*
 *
 * The handler must quiet the device before it returns. Without one the
 * interrupt is masked until a thread waits for the next.
 *
 * Context: call gate.
 * Return: a number for the other functions, or a negative errno after a line in
 * the log: EINVAL for no such interrupt or bad flags, EBUSY if it has another
 * user, EOPNOTSUPP if it is called in a thread, EPERM if the memory of the
 * program is not locked, EFAULT if @function is not in its text, ENOSPC if it
 * has KML_HANDLERS_MAX, ENOMEM, or what the controller says.
 */
int kml_irq_request(unsigned int irq, kml_handler_t function, void *arg,
		    unsigned int flags)
{
	unsigned long trigger = flags & IRQF_TRIGGER_MASK;
	struct kml_handler *h;
	int id, ret;

	if (trigger & (trigger - 1))
		return -EINVAL;
	ret = irq_judge(irq);
	if (ret)
		return ret;
	h = kml_handler_new(&irq_kind, function, arg,
			    flags & ~IRQF_TRIGGER_MASK);
	if (IS_ERR(h))
		return PTR_ERR(h);
	h->irq = irq;
	mutex_lock(&h->owner->lock);
	id = kml_handler_add(h);
	if (id < 0)
		goto out_put;
	/* PROBE_SHARED: without a trace in the log if there is another user now */
	ret = request_irq(irq, irq_fire, trigger | IRQF_NO_THREAD |
			  IRQF_PROBE_SHARED, "kml", h);
	if (ret)
		goto out_remove;
	mutex_unlock(&h->owner->lock);
	return id;

out_remove:
	kml_handler_drop(h);
	if (ret == -EBUSY)
		irq_refused(irq, ret, "it has a user already");
	else
		irq_refused(irq, ret, "its controller refuses it");
	id = ret;
out_put:
	mutex_unlock(&h->owner->lock);
	kml_handler_put(h);
	return id;
}

/**
 * kml_irq_free - end an interrupt's handler and give its number back
 * @id: from kml_irq_request()
 *
 * The handler does not run any more at return. Who waits gets -ECANCELED.
 *
 * Context: call gate; not from a handler, which returns KML_HANDLER_STOP.
 * Return: 0, or -ENOENT if there is no such handler.
 */
int kml_irq_free(int id)
{
	return kml_handler_remove(&irq_kind, id);
}

/**
 * kml_irq_wait - wait until an interrupt's handler returns KML_HANDLER_WAKE
 * @id: from kml_irq_request()
 * @timeout: in ns from now, 0 to look only, ~0 for ever
 *
 * Without a handler each interrupt counts, and this unmasks it.
 *
 * Context: call gate.
 * Return: how often since the last time, or -ETIME, -EINTR, -ECANCELED if
 * nothing more will come, -ENOENT if there is no such handler.
 */
long kml_irq_wait(int id, u64 timeout)
{
	struct kml_handler *h = kml_handler_get(&irq_kind, id);
	long ret;

	if (!h)
		return -ENOENT;
	/* what has come is told first; else the next would come before */
	if (!atomic_read(&h->events) && atomic_read(&h->masked))
		irq_unmask(h);
	ret = kml_handler_wait(h, timeout);
	kml_handler_put(h);
	return ret;
}
