// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fast ways in and out tell the kernel on a nohz_full CPU: RCU, which
 * leaves such a CPU alone while it runs a program, must watch it again.
 *
 * This is ct_kernel_enter() and ct_kernel_exit() of kernel/context_tracking.c,
 * which are not to be had outside, without their checks and trace events. What
 * the kernel does there to account for time, and that is two thirds of it, is
 * left out: what a call takes is the program's own time, until it sleeps
 * (vtime_account_system()).
 */
#include <linux/context_tracking.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/static_call.h>
#include <linux/thread_info.h>

#include "kernel_symbol.h"
#include "kml_gate.h"

DEFINE_STATIC_CALL_NULL(deferred_qs, rcu_preempt_deferred_qs);
static void (*vtime_user_enter_fn)(struct task_struct *t);

/**
 * kml_ct_init - find what kml_ct_exit() needs
 *
 * Context: module init, on kernels that track the context of CPUs.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_ct_init(void)
{
	unsigned long qs, user_enter;
	int ret;

	ret = kml_need_symbol("rcu_preempt_deferred_qs", &qs) ?:
	      kml_need_symbol("vtime_user_enter", &user_enter);
	if (ret)
		return ret;
	static_call_update(deferred_qs, (void *)qs);
	vtime_user_enter_fn = (void *)user_enter;
	return 0;
}

static __always_inline void set_rcu_tasks_cpu(int cpu)
{
#if defined(CONFIG_TASKS_RCU) && defined(CONFIG_NO_HZ_FULL)
	WRITE_ONCE(current->rcu_tasks_idle_cpu, cpu);
#endif
}

static __always_inline void set_rcu_tasks_trace_heavy(bool heavy)
{
#ifdef CONFIG_TASKS_TRACE_RCU_READ_MB
	current->trc_reader_special.b.need_mb = heavy;
#endif
}

/*
 * ct_state_inc() without its result. It orders all before it and all behind it
 * for the CPUs that RCU looks from: on x86 the instruction does, and the
 * compiler must be told.
 */
static __always_inline void ct_state_add(int by)
{
	barrier();
	raw_atomic_add(by, this_cpu_ptr(&context_tracking.state));
	barrier();
}

/**
 * kml_ct_enter - the program of this nohz_full CPU has entered the kernel
 *
 * Keeps all registers, as it is called with the program's arguments in them.
 *
 * Context: interrupts off, on the task stack; RCU does not watch before.
 */
noinstr __no_caller_saved_registers void kml_ct_enter(void)
{
	set_rcu_tasks_cpu(-1);
	ct_state_add(CT_RCU_WATCHING - CT_STATE_USER);
	set_rcu_tasks_trace_heavy(false);
	raw_cpu_write(context_tracking.nesting, 1);
	raw_cpu_write(context_tracking.nmi_nesting, CT_NESTING_IRQ_NONIDLE);
}

/**
 * kml_ct_exit - it goes on, perhaps on another CPU than the one it came from
 *
 * Context: interrupts off, on the task stack; RCU does not watch afterwards.
 * Return: false if it cannot go on yet, as there is work now; nothing has
 * changed then.
 */
noinstr bool kml_ct_exit(void)
{
	bool work;

	instrumentation_begin();
	/* as tick_nohz_user_enter_prepare() */
	rcu_nocb_flush_deferred_wakeup();
	static_call_cond(deferred_qs)(current);
	/*
	 * Who has only slept has registers of the FPU to load, which is work,
	 * and is not here. Who has run a virtual machine has loaded them, and
	 * all before has been accounted for, to the machine or to the kernel.
	 */
	if (current->vtime.state != VTIME_USER)
		vtime_user_enter_fn(current);
	work = read_thread_flags() & KML_GATE_WORK;
	instrumentation_end();
	if (work)
		return false;

	raw_cpu_write(context_tracking.nmi_nesting, 0);
	raw_cpu_write(context_tracking.nesting, 0);
	set_rcu_tasks_trace_heavy(true);
	ct_state_add(CT_RCU_WATCHING + CT_STATE_USER);
	set_rcu_tasks_cpu(raw_smp_processor_id());
	return true;
}
