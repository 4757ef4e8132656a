// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call of a handler, and its end when it goes wrong: a fault, or a run
 * that takes too long.
 *
 * The handler runs on the stack of interrupts with interrupts off. It is left, at
 * any place, by going on behind its call with the stack pointer of then, as
 * longjmp() does. That is safe as nothing of the kernel is below: what a
 * handler may call holds no lock when it touches memory.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/sched/isolation.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "handler.h"
#include "kernel_symbol.h"
#ifdef CONFIG_X86_64
#include "handler_arch_x86_64.h"
#endif

/* How often somebody looks for handlers that do not end, in ms. */
#define WATCH_PERIOD	250

static DEFINE_PER_CPU(struct kml_run *, running);
/* When the handler that runs was called, 0 if none does. */
static DEFINE_PER_CPU(u64, began);
/* The next NMI is from watch(). */
static DEFINE_PER_CPU(bool, kicked);

/* How many handlers there are to watch, and who does it. */
static atomic_t armed;
static struct timer_list watches[2];
static DEFINE_SPINLOCK(watches_lock);
static DEFINE_PER_CPU(u64, seen[ARRAY_SIZE(watches)]);

/* Functions of the kernel that are not exported. */
static struct {
	typeof(do_send_sig_info) *send_sig_info;
	typeof(kernel_text_address) *kernel_text_address;
} kernel;

/* The size of the stack of interrupts. */
#ifdef IRQ_STACK_SIZE
#define STACK_SIZE	IRQ_STACK_SIZE
#else
#define STACK_SIZE	THREAD_SIZE
#endif

/* When the handler that runs there was called, 0 if none does. */
u64 kml_handler_began(unsigned int cpu)
{
	return READ_ONCE(per_cpu(began, cpu));
}

/* The call that this CPU is in, or NULL. */
struct kml_run *kml_running(void)
{
	return this_cpu_read(running);
}

static bool below_call(struct pt_regs *regs, const struct kml_run *run)
{
	return run->sp - kernel_stack_pointer(regs) <= STACK_SIZE + PAGE_SIZE;
}

/**
 * kml_in_handler - is that the program's function?
 * @regs: of an exception
 * @run: the call that this CPU is in
 *
 * Text of the user half runs in kernel mode on this CPU only as the handler.
 * Else it has jumped to nowhere, on its stack or a page behind it.
 *
 * Not with TASK_SIZE, which on arm64 is that of whom the interrupt has hit: it
 * may be a 32-bit program.
 *
 * Context: any.
 */
bool kml_in_handler(struct pt_regs *regs, const struct kml_run *run)
{
	unsigned long ip = instruction_pointer(regs);

	if (user_mode(regs))
		return false;
	return ip < TASK_SIZE_MAX ||
	       (below_call(regs, run) && !kernel.kernel_text_address(ip));
}

/**
 * kml_in_call - what a handler may call of the kernel has found its bad pointer
 * @regs: of an exception
 * @run: the call that this CPU is in
 * @address: what was accessed
 *
 * Such a function holds no lock while it uses it.
 *
 * Context: any.
 */
bool kml_in_call(struct pt_regs *regs, const struct kml_run *run,
		 unsigned long address)
{
	return !user_mode(regs) && address < TASK_SIZE_MAX &&
	       below_call(regs, run);
}

/**
 * kml_handler_run - call a handler
 * @h: which; the same does not run twice at a time
 * @value: its second argument
 *
 * Not for the function tracer: all of it is latency.
 *
 * Context: hard interrupt, interrupts off.
 * Return: what it returned, or KML_HANDLER_ABANDONED.
 */
notrace u32 kml_handler_run(struct kml_handler *h, u64 value)
{
	/* where all of the stack is cleared: what matters is set before it is read */
	struct kml_run run __uninitialized;
	u64 outer_began = this_cpu_read(began);
	struct kml_arch_state state __uninitialized;
	u32 ret;

	run.handler = h;
	run.outer = this_cpu_read(running);
	/* an NMI before kml_handler_enter() finds no place on the stack */
	run.sp = kml_arch_stack();
	run.fault.signal = 0;
	kml_arch_enter(h->owner->mm, &state);
	if (h->fpu)
		kml_arch_fpu_save(h->fpu);
	this_cpu_write(began, kml_arch_cycles());
	this_cpu_write(running, &run);
	ret = kml_handler_enter(&run, h->function, h->arg, value);
	this_cpu_write(running, run.outer);
	this_cpu_write(began, outer_began);
	if (h->fpu)
		kml_arch_fpu_restore(h->fpu);
	kml_arch_leave(h->owner->mm, &state);

	if (likely(!run.fault.signal))
		return ret & (KML_HANDLER_WAKE | KML_HANDLER_STOP |
			      KML_HANDLER_NOT_MINE);
	h->fault = run.fault;
	queue_work(system_highpri_wq, &h->report);
	return KML_HANDLER_ABANDONED;
}

/**
 * kml_handler_give_up - end a handler, wherever it is
 * @run: the call, of this CPU
 * @regs: where it is; changed to go on behind its call
 * @signal: for the process
 * @code: its si_code
 * @address: its si_addr
 *
 * Context: an exception or NMI.
 */
void kml_handler_give_up(struct kml_run *run, struct pt_regs *regs, int signal,
			 int code, unsigned long address)
{
	run->fault = (struct kml_fault_info) {
		.signal = signal,
		.code = code,
		.address = address,
		.ip = instruction_pointer(regs),
	};
	kml_arch_leave_handler(regs, run);
}

/**
 * kml_handler_abandon - end the handler that this CPU runs
 * @regs: where it is; changed to go on behind its call
 * @signal: for the process
 * @code: its si_code
 * @address: its si_addr
 *
 * Context: an exception or NMI.
 * Return: false if @regs is not a handler's.
 */
bool kml_handler_abandon(struct pt_regs *regs, int signal, int code,
			 unsigned long address)
{
	struct kml_run *run = this_cpu_read(running);

	if (!run || !kml_in_handler(regs, run))
		return false;
	kml_handler_give_up(run, regs, signal, code, address);
	return true;
}

/**
 * kml_handler_forbidden - a handler has called what may sleep
 * @ip: where it called it
 *
 * Context: the gate, in a hard interrupt.
 * Return: the stack pointer to go on with at kml_handler_return, or 0 if there
 * is no handler: some other interrupt code of the program.
 */
unsigned long kml_handler_forbidden(unsigned long ip)
{
	struct kml_run *run = this_cpu_read(running);

	if (!run)
		return 0;
	run->fault = (struct kml_fault_info) {
		.signal = SIGSYS,
		.code = SI_KERNEL,
		.address = ip,
		.ip = ip,
	};
	return run->sp;
}

/* Nobody but a thread sees it: as the exception would have done it to that. */
static bool cannot_see(struct task_struct *p, int signal)
{
	struct sighand_struct *sighand = rcu_dereference(p->sighand);

	return sigismember(&p->blocked, signal) ||
	       (sighand && READ_ONCE(sighand->action[signal - 1].sa.sa_handler) ==
			   SIG_IGN);
}

/* A handler was abandoned: tell the log, and the process by its signal. */
void kml_handler_report(struct work_struct *work)
{
	struct kml_handler *h = container_of(work, struct kml_handler, report);
	int signal = h->fault.signal;
	struct kernel_siginfo info;
	struct task_struct *p;
	u64 tracking;

	rcu_read_lock();
	p = pid_task(h->owner->pid, PIDTYPE_TGID);
	if (!p)
		goto out_unlock;
	pr_warn("%*pE[%d]: handler of %s %d abandoned at %lx: signal %d, address %lx\n",
		(int)strnlen(p->comm, sizeof(p->comm)), p->comm,
		task_tgid_nr(p), h->kind->name, h->id, h->fault.ip, signal,
		h->fault.address);
	/* a signal that is blocked or ignored ends a process that faults */
	if (cannot_see(p, signal))
		signal = SIGKILL;
	clear_siginfo(&info);
	info.si_signo = signal;
	info.si_code = h->fault.code;
	info.si_addr = (void __user *)h->fault.address;
	preempt_disable();
	tracking = kml_arch_untrack();
	kernel.send_sig_info(signal, &info, p, PIDTYPE_TGID);
	kml_arch_track(tracking);
	preempt_enable();
out_unlock:
	rcu_read_unlock();
	/* who waits has the signal before it hears of the end */
	kml_handler_end(h);
}

/**
 * kml_handler_overdue - what an NMI asks: has a handler run for too long?
 * @regs: what the NMI has interrupted, NULL if that cannot be changed
 *
 * Any NMI will do, that of the hardware's watchdog for one. Those that watch()
 * sends are for nobody else.
 *
 * Return: true if the NMI was ours.
 */
bool kml_handler_overdue(struct pt_regs *regs)
{
	u64 since = this_cpu_read(began);
	bool ours = this_cpu_read(kicked);

	this_cpu_write(kicked, false);
	if (regs && since && kml_arch_cycles() - since > kml_arch_limit())
		ours |= kml_handler_abandon(regs, SIGXCPU, SI_KERNEL,
					    instruction_pointer(regs));
	return ours;
}

/*
 * Not on CPUs whose tick should stop, if there are two others. A work would
 * not do: with nohz_full the timers of all of them are on one CPU.
 */
static void watch_start(unsigned int i)
{
	const struct cpumask *busy = housekeeping_cpumask(HK_TYPE_TICK);
	unsigned int cpu = cpumask_nth_and(i, busy, cpu_online_mask);

	if (cpu >= nr_cpu_ids)
		cpu = cpumask_nth(i, cpu_online_mask);
	spin_lock_bh(&watches_lock);
	if (cpu < nr_cpu_ids && !timer_pending(&watches[i])) {
		watches[i].expires = jiffies + msecs_to_jiffies(WATCH_PERIOD);
		add_timer_on(&watches[i], cpu);
	}
	spin_unlock_bh(&watches_lock);
}

/*
 * A CPU in a handler that does not end takes no interrupts, nor do its timers
 * expire. So two of them watch.
 */
static void watch(struct timer_list *timer)
{
	unsigned int i = timer - watches;
	unsigned int cpu;

	if (!atomic_read(&armed))
		return;
	for_each_online_cpu(cpu) {
		u64 since = kml_handler_began(cpu);

		if (since && since == per_cpu(seen[i], cpu) &&
		    cpu != raw_smp_processor_id()) {
			WRITE_ONCE(per_cpu(kicked, cpu), true);
			kml_arch_kick(cpu, since);
		}
		per_cpu(seen[i], cpu) = since;
	}
	watch_start(i);
}

/**
 * kml_handler_arm - there is one more, or one less, function to be called
 * @n: 1 or -1
 *
 * Context: process context.
 */
void kml_handler_arm(int n)
{
	unsigned int i;

	if (atomic_add_return(n, &armed) != 1 || n < 0)
		return;
	for (i = 0; i < ARRAY_SIZE(watches); i++)
		watch_start(i);
}

/**
 * kml_handler_run_init - find what the kernel has for it
 *
 * Context: module init.
 * Return: 0 or a negative errno after a line in the log.
 */
int kml_handler_run_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(watches); i++)
		timer_setup(&watches[i], watch, TIMER_PINNED);
	return kml_need_function("do_send_sig_info", &kernel.send_sig_info) ?:
	       kml_need_function("kernel_text_address",
				 &kernel.kernel_text_address);
}

void kml_handler_run_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(watches); i++)
		timer_shutdown_sync(&watches[i]);
}
