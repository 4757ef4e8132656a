/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gates: how a privileged program, which runs on its own stack, calls a
 * kernel function that may sleep, take locks or use current.
 */
#ifndef KML_GATE_H
#define KML_GATE_H

#include "compat.h"

#ifdef CONFIG_X86_64
/*
 * Thread flags that must be dealt with before the program goes on. gate_init_x86_64.c
 * checks at build time that none of the kernel's own is missing.
 */
#define KML_GATE_WORK						\
	(_TIF_NOTIFY_RESUME | _TIF_SIGPENDING | _TIF_NEED_RESCHED |	\
	 _TIF_NEED_RESCHED_LAZY | _TIF_UPROBE | _TIF_PATCH_PENDING |	\
	 _TIF_NOTIFY_SIGNAL | _TIF_RSEQ | _TIF_USER_RETURN_NOTIFY |	\
	 _TIF_IO_BITMAP | _TIF_NEED_FPU_LOAD)

/* Flags that send a call the slow way: one of these set, or IF clear. */
#define KML_ODD_FLAGS	(X86_EFLAGS_TF | X86_EFLAGS_DF | X86_EFLAGS_NT | \
			 X86_EFLAGS_AC | X86_EFLAGS_RF)

/* Offsets into struct thread_info, which lies at the start of the task. */
#define KML_TI_FLAGS		0
#define KML_TI_SYSCALL_WORK	8

/* What is above the cs of a frame of the call gates: KML_GATE_MARK of asm/kml.h */
#define KML_FRAME_MARK		0x4b4d
#elif defined(CONFIG_ARM64)
/* What is in orig_x0 of a frame of the call gates: KML_GATE_MARK of asm/kml.h */
#define KML_FRAME_MARK		-1
#else
/* What is in orig_r0 of a frame of the call gates: KML_GATE_MARK of asm/kml.h */
#define KML_FRAME_MARK		0xffffb4ff
#endif

/* Offsets into struct kml_export, which the stubs pass to the gates. */
#define KML_EXPORT_TARGET	0
#define KML_EXPORT_FLAGS	22
#define KML_EXPORT_NR		24
#define KML_EXPORT_RET		28
#define KML_EXPORT_STACK	36
#define KML_EXPORT_GATE		40
#define KML_EXPORT_CODE		48

/* KML_EXPORT_LEAF | KML_EXPORT_IRQ: what handlers may call */
#define KML_EXPORT_IN_IRQ	24

/* Offsets into struct context_tracking, and CT_STATE_USER */
#define KML_CT_ACTIVE		0
#define KML_CT_STATE		8
#define KML_CT_USER		2

#ifndef __ASSEMBLER__
#include <linux/types.h>

struct kml_ops;

extern char kml_gate_start[], kml_gate_end[];

void kml_gate_missing(void);
void kml_gate_dispatch(void);

#ifdef CONFIG_X86_64
struct pt_regs;

/**
 * enum kml_gate_kind - how much the ways in tell the kernel
 * @KML_GATE_FAST: nothing
 * @KML_GATE_CT: what context tracking must know, and on nohz_full CPUs RCU
 * @KML_GATE_FULL: all that a trap would
 */
enum kml_gate_kind {
	KML_GATE_FAST,
	KML_GATE_CT,
	KML_GATE_FULL,
};

void kml_gate_call_fast(void);
void kml_gate_call_full(void);
void kml_gate_syscall_fast0(void);
void kml_gate_syscall_fast1(void);
void kml_gate_syscall_fast2(void);
void kml_gate_syscall_fast3(void);
void kml_gate_syscall_fast4(void);
void kml_gate_syscall_fast5(void);
void kml_gate_syscall_fast6(void);
void kml_gate_call_ct(void);
void kml_gate_syscall_ct0(void);
void kml_gate_syscall_ct1(void);
void kml_gate_syscall_ct2(void);
void kml_gate_syscall_ct3(void);
void kml_gate_syscall_ct4(void);
void kml_gate_syscall_ct5(void);
void kml_gate_syscall_ct6(void);
void kml_gate_syscall_full(void);
void kml_gate_enter(struct pt_regs *regs);
void kml_gate_exit(struct pt_regs *regs);
enum kml_gate_kind kml_gate_kind(void);
int kml_ct_init(void);
void kml_ct_enter(void);
bool kml_ct_exit(void);
bool kml_gate_uses_all_regs(unsigned int nr);
void kml_entry_syscall(void);
void kml_entry_syscall_ct(void);
void kml_entry_dispatch(void);
#else
void kml_gate_call(void);
void kml_gate_syscall(void);
#endif

int kml_gate_init(void);
int kml_entry_init(struct kml_ops *ops);
ssize_t kml_entry_state(char *buf);
unsigned long kml_gate_call_addr(void);
unsigned long kml_gate_syscall_addr(unsigned int nargs);
unsigned long kml_gate_target(unsigned int class, const char *name,
			      unsigned long addr);
#endif

#endif /* KML_GATE_H */
