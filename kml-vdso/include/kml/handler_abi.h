/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Handlers: functions of a program that run in hard interrupt context. What
 * kml.ko and programs agree on; <kml/handler.h> tells how to write one.
 */
#ifndef _KML_HANDLER_ABI_H
#define _KML_HANDLER_ABI_H

#include <linux/types.h>

/*
 * A handler: @arg is the one that it was registered with, @value the time in
 * nanoseconds of CLOCK_MONOTONIC that a timer was to expire at, or the number
 * of the interrupt. It returns KML_HANDLER_OK or bits of the others.
 */
typedef __u32 (*kml_handler_t)(void *arg, __u64 value);

#define KML_HANDLER_OK		0	/* go on */
#define KML_HANDLER_WAKE	1	/* there is news for who waits */
#define KML_HANDLER_STOP	2	/* do not call me again */
#define KML_HANDLER_NOT_MINE	4	/* the device has not asked for this interrupt */

/* flags of kml_irq_request(): the trigger, where it is not to be left alone */
#define KML_IRQ_RISING		0x1
#define KML_IRQ_FALLING		0x2
#define KML_IRQ_HIGH		0x4
#define KML_IRQ_LOW		0x8

/* flags of both: save floating point and vector registers around each call */
#define KML_HANDLER_FPU		0x100

/* How many handlers, timers and interrupts, a process may have. */
#define KML_HANDLERS_MAX	64
/* The shortest period of a timer, in ns. */
#define KML_TIMER_MIN_PERIOD	10000

#endif /* _KML_HANDLER_ABI_H */
