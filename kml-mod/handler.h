/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Handlers: functions of a program that the module calls in hard interrupt
 * context.
 *
 *	handler.c		whose they are, their numbers, registration, release
 *	handler_run.c		one call, and its end when it goes wrong
 *	handler_wait.c		threads of the program that wait for one
 *	handler_memory.c	the program's memory must be there
 *	handler_timer.c		timers
 *	handler_irq.c		interrupts
 *	handler_ARCH.c		the address space, registers and exceptions
 *	handler_revoke.c	the end of those that do not end, and what that is, on ARM and arm64
 */
#ifndef KML_HANDLER_H
#define KML_HANDLER_H

/* Offset into struct kml_run */
#define KML_RUN_SP	0

#ifndef __ASSEMBLER__
#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/swait.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <kml/handler_abi.h>

struct kml_handler;
struct pt_regs;

#define KML_FPU_ALIGN	64

/* What a handler returns beyond KML_HANDLER_*: it was abandoned. */
#define KML_HANDLER_ABANDONED	0x80000000u

/**
 * struct kml_kind - timer or interrupt
 * @name: for the log
 * @cancel: calls it no more, and waits for a call that runs
 */
struct kml_kind {
	const char *name;
	void (*cancel)(struct kml_handler *h);
};

/**
 * struct kml_owner - the handlers of an mm
 * @notifier: tells of the mm's end; freed with it
 * @list: of all owners
 * @rcu: who looks for an owner
 * @mm: whose
 * @pid: the process that registered first, which gets the signals
 * @lock: for @slot and @pages
 * @slot: the handlers by number
 * @pages: those of the program, pinned
 * @npages: their number
 */
struct kml_owner {
	struct mmu_notifier notifier;
	struct list_head list;
	struct rcu_head rcu;
	struct mm_struct *mm;
	struct pid *pid;
	struct mutex lock;	/* @slot, @pages */
	struct kml_handler __rcu *slot[KML_HANDLERS_MAX];
	struct page **pages;
	unsigned long npages;
};

/**
 * struct kml_fault_info - why a handler was abandoned
 * @signal: for the process, 0 if it was not abandoned
 * @code: si_code
 * @address: si_addr
 * @ip: where the handler was
 */
struct kml_fault_info {
	int signal;
	int code;
	unsigned long address;
	unsigned long ip;
};

/**
 * struct kml_handler - a handler, or what a thread can wait for without one
 * @ref: one for the slot, one for each thread that waits
 * @rcu: who looks it up
 * @owner: outlives it
 * @kind: timer or interrupt
 * @id: its number
 * @function: the program's, or NULL
 * @arg: its argument
 * @fpu: where registers are saved, or NULL if they are not
 * @ended: nothing more will come
 * @events: what there is to be waited for
 * @wait: who waits
 * @fault: why it was abandoned
 * @report: tells log and process so
 * @timer: of a timer
 * @period: in ns, 0 for one that expires once
 * @irq: number of an interrupt
 * @masked: 1 while an interrupt without a handler waits for a thread
 */
struct kml_handler {
	struct kref ref;
	struct rcu_head rcu;
	struct kml_owner *owner;
	const struct kml_kind *kind;
	int id;
	kml_handler_t function;
	void *arg;
	void *fpu;
	bool ended;
	atomic_t events;
	struct swait_queue_head wait;
	struct kml_fault_info fault;
	struct work_struct report;
	union {
		struct {
			struct hrtimer timer;
			u64 period;
		};
		struct {
			unsigned int irq;
			atomic_t masked;
		};
	};
};

/**
 * struct kml_run - a call of a handler, on a stack that has a guard page
 * @sp: where to go on when it is abandoned; before: the stack that it needs, or 0
 * @handler: which
 * @outer: the one that this has interrupted, on the same CPU
 * @fault: set when it is abandoned
 */
struct kml_run {
	unsigned long sp;
	struct kml_handler *handler;
	struct kml_run *outer;
	struct kml_fault_info fault;
};

/* handler.c */
int kml_handlers_init(void);
void kml_handlers_exit(void);
struct kml_handler *kml_handler_new(const struct kml_kind *kind,
				    kml_handler_t function, void *arg, u32 flags);
int kml_handler_add(struct kml_handler *h);
void kml_handler_drop(struct kml_handler *h);
struct kml_handler *kml_handler_get(const struct kml_kind *kind, int id);
void kml_handler_put(struct kml_handler *h);
int kml_handler_remove(const struct kml_kind *kind, int id);
struct kml_owner *kml_owner_find(struct mm_struct *mm);

/* handler_run.c */
u32 kml_handler_run(struct kml_handler *h, u64 value);
struct kml_run *kml_running(void);
bool kml_in_handler(struct pt_regs *regs, const struct kml_run *run);
bool kml_in_call(struct pt_regs *regs, const struct kml_run *run,
		 unsigned long address);
void kml_handler_give_up(struct kml_run *run, struct pt_regs *regs, int signal,
			 int code, unsigned long address);
bool kml_handler_abandon(struct pt_regs *regs, int signal, int code,
			 unsigned long address);
void kml_handler_report(struct work_struct *work);
unsigned long kml_handler_forbidden(unsigned long ip);
bool kml_handler_overdue(struct pt_regs *regs);
u64 kml_handler_began(unsigned int cpu);
void kml_handler_arm(int n);
int kml_handler_run_init(void);
void kml_handler_run_exit(void);

/* handler_wait.c */
void kml_handler_event(struct kml_handler *h, int n);
void kml_handler_end(struct kml_handler *h);
long kml_handler_wait(struct kml_handler *h, u64 timeout);

/* handler_memory.c */
int kml_handler_memory(struct kml_owner *owner, unsigned long function);
void kml_handler_unpin(struct page **pages, unsigned long npages);

/* handler_ARCH.c: what a CPU had before a handler */
struct kml_arch_state {
	struct mm_struct *mm;
#ifdef CONFIG_X86_64
	u64 syscall_entry;
	u64 s_cet;
	unsigned long lass;
#else
	struct mm_struct *outer;
#endif
#ifdef CONFIG_ARM
	unsigned int uaccess;
	u32 debug;
#elif defined(CONFIG_ARM64)
	u64 ttbr0;
	u64 task_ttbr0;
	u64 tls;
	u64 tls_ro;
#endif
};

#ifndef CONFIG_X86_64	/* handler_arch_x86_64.h */
/* Nobody tracks branches of what handlers interrupt. */
static inline u64 kml_arch_untrack(void)
{
	return 0;
}

static inline void kml_arch_track(u64 old) { }
void kml_arch_enter(struct mm_struct *mm, struct kml_arch_state *state);
void kml_arch_leave(struct mm_struct *mm, const struct kml_arch_state *state);
unsigned long kml_arch_stack(void);
u64 kml_arch_cycles(void);
u64 kml_arch_limit(void);
#endif
#ifdef CONFIG_ARM64
const char *kml_arch_no_handlers(void);
#else
#define kml_arch_no_handlers()	NULL
#endif
size_t kml_arch_fpu_size(void);
void kml_arch_fpu_save(void *area);
void kml_arch_fpu_restore(void *area);
void kml_arch_kick(unsigned int cpu, u64 since);
bool kml_arch_handler_fault(struct pt_regs *regs, unsigned long error_code,
			    unsigned long address);
void kml_arch_leave_handler(struct pt_regs *regs, const struct kml_run *run);
int kml_arch_handlers_init(void);
void kml_arch_handlers_exit(void);

/* handler_enter_ARCH.S */
u32 kml_handler_enter(struct kml_run *run, kml_handler_t function, void *arg,
		      u64 value);
extern char kml_handler_return[], kml_handler_syscall[];
#ifdef CONFIG_ARM
void kml_vfp_save(void *area, bool all);
void kml_vfp_restore(void *area, bool all);
#elif defined(CONFIG_ARM64)
void kml_handler_abandoned(void);
void kml_fpsimd_save(void *area);
void kml_fpsimd_restore(void *area);
#endif

#ifndef CONFIG_X86_64
/* handler_revoke.c */
struct mm_struct *kml_revoke_begin(struct mm_struct *mm);
void kml_revoke_end(struct mm_struct *outer);
bool kml_revoked(void);
void kml_revoke_init(void);
#endif

#endif /* __ASSEMBLER__ */
#endif /* KML_HANDLER_H */
