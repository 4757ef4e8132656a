// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers whose expiry runs a function of the program, or wakes a thread.
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/slab.h>

#include "compat.h"
#include "handler.h"
#include "helpers.h"

static notrace enum hrtimer_restart timer_fire(struct hrtimer *timer)
{
	struct kml_handler *h = container_of(timer, struct kml_handler, timer);
	u32 ret = KML_HANDLER_OK;
	u64 n = 1;

	if (h->function)
		ret = kml_handler_run(h, ktime_to_ns(hrtimer_get_expires(timer)));
	if (h->period && !(ret & (KML_HANDLER_STOP | KML_HANDLER_ABANDONED)))
		n = hrtimer_forward(timer, hrtimer_cb_get_time(timer),
				    h->period);
	else
		ret |= KML_HANDLER_STOP;

	if (ret & KML_HANDLER_WAKE)
		kml_handler_event(h, 1);
	else if (!h->function)
		kml_handler_event(h, min_t(u64, n, INT_MAX / 2));
	if (!(ret & KML_HANDLER_STOP))
		return HRTIMER_RESTART;
	if (!(ret & KML_HANDLER_ABANDONED))
		kml_handler_end(h);
	return HRTIMER_NORESTART;
}

static void timer_cancel(struct kml_handler *h)
{
	hrtimer_cancel(&h->timer);
}

static const struct kml_kind timer_kind = {
	.name	= "timer",
	.cancel	= timer_cancel,
};

/**
 * kml_timer_start - call a function of the program at times
 * @function: the handler, or NULL for kml_timer_wait() alone
 * @arg: its argument
 * @first: when, in ns of CLOCK_MONOTONIC; at once if that has passed
 * @period: ns between expiries, at least KML_TIMER_MIN_PERIOD; 0 for one
 * @flags: KML_HANDLER_FPU or 0
 *
 * The timer stays on the calling CPU, unless that goes offline. Expiries that
 * the handler was too slow for are left out; the others are at @first plus a
 * multiple of @period.
 *
 * Context: call gate.
 * Return: the timer's number, or a negative errno: EINVAL for a bad time,
 * period or flag, EPERM if the memory of the program is not locked, EFAULT if
 * @function is not in its text, ENOSPC if it has KML_HANDLERS_MAX, EOPNOTSUPP if
 * this kernel cannot call handlers, ENOMEM.
 */
int kml_timer_start(kml_handler_t function, void *arg, u64 first, u64 period,
		    unsigned int flags)
{
	struct kml_handler *h;
	int id;

	if (first >= KTIME_MAX || period >= KTIME_MAX ||
	    (period && period < KML_TIMER_MIN_PERIOD))
		return -EINVAL;
	h = kml_handler_new(&timer_kind, function, arg, flags);
	if (IS_ERR(h))
		return PTR_ERR(h);
	h->period = period;
	kml_hrtimer_setup(&h->timer, timer_fire, CLOCK_MONOTONIC,
			  HRTIMER_MODE_ABS_PINNED_HARD);
	mutex_lock(&h->owner->lock);
	id = kml_handler_add(h);
	if (id >= 0)
		hrtimer_start(&h->timer, first, HRTIMER_MODE_ABS_PINNED_HARD);
	mutex_unlock(&h->owner->lock);
	if (id < 0)
		kml_handler_put(h);
	return id;
}

/**
 * kml_timer_stop - end a timer and give its number back
 * @id: from kml_timer_start()
 *
 * Its handler does not run any more at return. Who waits gets -ECANCELED.
 *
 * Context: call gate; not from a handler, which returns KML_HANDLER_STOP.
 * Return: 0, or -ENOENT if there is no such timer.
 */
int kml_timer_stop(int id)
{
	return kml_handler_remove(&timer_kind, id);
}

/**
 * kml_timer_wait - wait until a timer's handler returns KML_HANDLER_WAKE
 * @id: from kml_timer_start()
 * @timeout: in ns from now, 0 to look only, ~0 for ever
 *
 * Without a handler each expiry counts.
 *
 * Context: call gate.
 * Return: how often since the last time, or -ETIME, -EINTR, -ECANCELED if
 * nothing more will come, -ENOENT if there is no such timer.
 */
long kml_timer_wait(int id, u64 timeout)
{
	struct kml_handler *h = kml_handler_get(&timer_kind, id);
	long ret;

	if (!h)
		return -ENOENT;
	ret = kml_handler_wait(h, timeout);
	kml_handler_put(h);
	return ret;
}
