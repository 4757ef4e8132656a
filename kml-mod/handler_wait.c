// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of a program that wait for a handler, or for a timer or interrupt
 * without one.
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/sched/signal.h>

#include "handler.h"
#include "helpers.h"

/**
 * kml_handler_event - there is news
 * @h: of whom
 * @n: how many
 *
 * Context: any but NMI; also hard interrupts.
 */
void kml_handler_event(struct kml_handler *h, int n)
{
	atomic_add(n, &h->events);
	swake_up_one(&h->wait);
}

/**
 * kml_handler_end - nothing more will come
 * @h: from whom
 *
 * Who is woken wakes the next: from a hard interrupt only one may be.
 *
 * Context: as kml_handler_event().
 */
void kml_handler_end(struct kml_handler *h)
{
	WRITE_ONCE(h->ended, true);
	swake_up_one(&h->wait);
}

/**
 * kml_handler_wait - wait for events
 * @h: whose
 * @timeout: in ns from now, 0 to look only, ~0 for ever
 *
 * Context: process context.
 * Return: how many there were since the last time; -ETIME after @timeout,
 * -EINTR for a signal, -ECANCELED if the handler has ended and all of its
 * events have been told.
 */
long kml_handler_wait(struct kml_handler *h, u64 timeout)
{
	ktime_t at = 0;
	DECLARE_SWAITQUEUE(wait);
	int expired = 1;
	long ret;

	if (timeout && timeout != U64_MAX)
		at = ktime_add_safe(ktime_get(), min_t(u64, timeout, KTIME_MAX));
	for (;;) {
		prepare_to_swait_exclusive(&h->wait, &wait, TASK_INTERRUPTIBLE);
		ret = atomic_xchg(&h->events, 0);
		if (ret)
			break;
		ret = -ECANCELED;
		if (READ_ONCE(h->ended))
			break;
		ret = -ETIME;
		if (!timeout || !expired)
			break;
		ret = -EINTR;
		if (signal_pending(current))
			break;
		expired = schedule_hrtimeout_range(timeout == U64_MAX ? NULL :
						   &at, 0, HRTIMER_MODE_ABS);
	}
	finish_swait(&h->wait, &wait);
	if (READ_ONCE(h->ended))
		swake_up_one(&h->wait);
	return ret;
}

/**
 * kml_wake - give who waits for a handler an event
 * @id: the handler's number
 *
 * Context: any thread of the program, and its handlers.
 * Return: 0, or -ENOENT if there is no such handler.
 */
int kml_wake(int id)
{
	struct kml_handler *h = kml_handler_get(NULL, id);

	if (!h)
		return -ENOENT;
	kml_handler_event(h, 1);
	kml_handler_put(h);
	return 0;
}
