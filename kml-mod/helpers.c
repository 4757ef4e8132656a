// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions for exports that the kernel has only as macros, inlines or
 * variadic functions. Those of class leaf run on the program's stack: they
 * take no locks and use neither current nor per-CPU data.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "helpers.h"

/* As much as a record of the log holds, kernel/printk/printk.c. */
#define PRINTK_LINE	1024

ktime_t kml_ktime_get_real(void)
{
	return ktime_get_real();
}

ktime_t kml_ktime_get_boottime(void)
{
	return ktime_get_boottime();
}

ktime_t kml_ktime_get_clocktai(void)
{
	return ktime_get_clocktai();
}

ktime_t kml_ktime_get_coarse(void)
{
	return ktime_get_coarse();
}

u64 kml_get_jiffies_64(void)
{
	return get_jiffies_64();
}

u64 kml_local_clock(void)
{
	return local_clock();
}

unsigned long kml_msecs_to_jiffies(const unsigned int m)
{
	return msecs_to_jiffies(m);
}

unsigned long kml_usecs_to_jiffies(const unsigned int u)
{
	return usecs_to_jiffies(u);
}

int kml_cond_resched(void)
{
	return cond_resched();
}

/**
 * kml_hrtimer_sleep - sleep with the resolution of a high-resolution timer
 * @nsecs: how long
 * @slack: how much later is still good
 *
 * A program cannot do this itself: between setting its state and the call it
 * passes the gate, where it may be scheduled away for good.
 *
 * Return: 0, or -EINTR if a signal ended it.
 */
int kml_hrtimer_sleep(u64 nsecs, u64 slack)
{
	ktime_t expires = ns_to_ktime(min_t(u64, nsecs, KTIME_MAX));

	set_current_state(TASK_INTERRUPTIBLE);
	return schedule_hrtimeout_range(&expires, slack, HRTIMER_MODE_REL);
}

/**
 * kml_sleep_until - sleep until a time
 * @time: in ns of CLOCK_MONOTONIC
 * @slack: how much later is still good
 *
 * Without drift: what happened since the last time does not count.
 *
 * Return: 0, or -EINTR if a signal ended it.
 */
int kml_sleep_until(u64 time, u64 slack)
{
	ktime_t at = min_t(u64, time, KTIME_MAX);

	set_current_state(TASK_INTERRUPTIBLE);
	return schedule_hrtimeout_range(&at, slack, HRTIMER_MODE_ABS);
}

void kml_usleep_range(unsigned long min, unsigned long max)
{
	usleep_range(min, max);
}

void kml_usleep_range_idle(unsigned long min, unsigned long max)
{
	usleep_range_state(min, max, TASK_IDLE);
}

void kml_fsleep(unsigned long usecs)
{
	fsleep(usecs);
}

void kml_ssleep(unsigned int seconds)
{
	ssleep(seconds);
}

/* The program may be on another one when it looks, unless it is kept on it. */
unsigned int kml_smp_processor_id(void)
{
	return raw_smp_processor_id();
}

/* Inline since 7.0 where a jiffy is a whole number of them. */
unsigned int kml_jiffies_to_msecs(const unsigned long j)
{
	return jiffies_to_msecs(j);
}

unsigned int kml_jiffies_to_usecs(const unsigned long j)
{
	return jiffies_to_usecs(j);
}

void kml_udelay(unsigned long usecs)
{
	udelay(usecs);
}

void kml_ndelay(unsigned long nsecs)
{
	ndelay(nsecs);
}

struct task_struct *kml_get_current(void)
{
	return current;
}

void kml_put_task_struct(struct task_struct *t)
{
	put_task_struct(t);
}

bool kml_schedule_work(struct work_struct *work)
{
	return schedule_work(work);
}

void *kml_kmalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags);
}

void *kml_kzalloc(size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

void *kml_kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kcalloc(n, size, flags);
}

void *kml_krealloc(const void *p, size_t new_size, gfp_t flags)
{
	return krealloc(p, new_size, flags);
}

void *kml_kmemdup(const void *src, size_t len, gfp_t gfp)
{
	return kmemdup(src, len, gfp);
}

void *kml_kvmalloc(size_t size, gfp_t flags)
{
	return kvmalloc(size, flags);
}

void *kml_kvzalloc(size_t size, gfp_t flags)
{
	return kvzalloc(size, flags);
}

void *kml_vmalloc(unsigned long size)
{
	return vmalloc(size);
}

void *kml_vzalloc(unsigned long size)
{
	return vzalloc(size);
}

void *kml_vmalloc_user(unsigned long size)
{
	return vmalloc_user(size);
}

void *kml_alloc_pages_exact(size_t size, gfp_t gfp_mask)
{
	return alloc_pages_exact(size, gfp_mask);
}

unsigned long kml_get_free_pages(gfp_t gfp_mask, unsigned int order)
{
	return __get_free_pages(gfp_mask, order);
}

unsigned long kml_get_zeroed_page(gfp_t gfp_mask)
{
	return get_zeroed_page(gfp_mask);
}

u64 kml_virt_to_phys(const void *addr)
{
	return virt_to_phys((void *)addr);
}

void *kml_phys_to_virt(u64 addr)
{
	return phys_to_virt(addr);
}

/*
 * The raw forms, and nothing of tracers and checkers: they take the program
 * for user space.
 */
noinstr unsigned long kml_local_irq_save(void)
{
	unsigned long flags;

	raw_local_irq_save(flags);
	return flags;
}

noinstr void kml_local_irq_restore(unsigned long flags)
{
	raw_local_irq_restore(flags);
}

/**
 * kml_vprintk - _printk() with its arguments in a va_list
 * @fmt: format, may begin with a level
 * @args: where the vDSO's stub has put the arguments
 *
 * Formatted here and not under the log's locks, because the arguments are in
 * the program's memory: reading them may fault and sleep. Once, and not for the
 * length first, because they may be replaced by scratch memory in between.
 *
 * Return: length of the line, which the log cuts off at 1 KiB, or -ENOMEM.
 */
int kml_vprintk(const char *fmt, va_list *args)
{
	char *text = kmalloc(PRINTK_LINE, GFP_KERNEL);
	int ret;

	if (!text)
		return -ENOMEM;
	vscnprintf(text, PRINTK_LINE, fmt, *args);
	ret = _printk("%s", text);
	kfree(text);
	return ret;
}

u32 kml_get_random_u32_below(u32 ceil)
{
	return get_random_u32_below(ceil);
}
