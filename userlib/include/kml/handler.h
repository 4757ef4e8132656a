/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Handlers: functions of the program that the kernel calls in hard interrupt
 * context, when a timer expires or a device interrupts. kml_timer_start(3) and
 * kml_irq_request(3) tell what they may do.
 *
 *	static KML_HANDLER uint32_t tick(void *arg, __u64 when)
 *	{
 *		...
 *		return KML_HANDLER_WAKE;
 *	}
 *
 *	mlockall(MCL_CURRENT | MCL_FUTURE);
 *	id = kml_timer_start(tick, arg, first, 1000000, 0);
 *	while (kml_timer_wait(id, KML_FOREVER) > 0)
 *		...
 */
#ifndef _KML_HANDLER_H
#define _KML_HANDLER_H

#include <kml/exports.h>
#include <kml/handler_abi.h>

/* The timeout of kml_timer_wait() and kml_irq_wait() that never ends. */
#define KML_FOREVER	(~0ULL)

/*
 * What the compiler must leave out: there is no TLS, so no stack protector, and
 * vector registers belong to whom the interrupt has hit. It goes before each
 * function that a handler calls, too. With KML_HANDLER_FPU registers are saved,
 * and KML_HANDLER_WITH_FPU is the one to use.
 */
#if defined(__has_attribute) && __has_attribute(no_stack_protector)
#define KML_HANDLER_WITH_FPU	__attribute__((no_stack_protector))
#define KML_HANDLER		__attribute__((no_stack_protector, target("general-regs-only")))
#else
#define KML_HANDLER_WITH_FPU
#define KML_HANDLER		__attribute__((target("general-regs-only")))
#endif

#endif /* _KML_HANDLER_H */
