// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's gates of arm64, its very object, without a kernel: a program at
 * EL1t calls through them, and what a kernel function, the dispatcher and the
 * program see is compared. It tells by QEMU's semihosting, "the end" at last. PAC
 * and PAN are switched on as the kernel does it, by the alternatives in the
 * object.
 *
 * A frame is struct pt_regs as an array: 31 registers, sp, pc, pstate, orig_x0.
 */
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define FRAME_SIZE	336
#define FRAME_SP	31
#define FRAME_PC	32
#define FRAME_PSTATE	33
#define FRAME_ORIG_X0	34
#define FRAME_SYSCALLNO	35
#define FRAME_RECORD	38
#define MARK		(~0UL)
#define RESULT		0x12345678
#define USER_KEY	0x5555
#define KERNEL_KEY	0x4444
#define PSTATE_PAN	(1UL << 22)
#define SCTLR_ENIA	(1UL << 31)
#define MDSCR_SS	1UL

struct run {
	u64 sp_el1, sp_el0, export, gate, args[6];
};

static struct run program;

struct {
	u64 args[6], spsel, daif, sp, sp_el0, x29, mdscr, spare, dispatched, return_daif, return_sp, pan;
} seen;

struct {
	u64 x0, kept[11], spsel, daif, sp, sp_el1, pan;
} after;

/* What the gate reads of struct kml_export. */
static struct {
	u64 target;
	u16 unused[7];
	u16 flags;
	u32 nr;
	int ret;
} export __attribute__((aligned(64)));

/* Of gate_init_arm64.c, which is not linked. */
struct {
	u64 entry_task, gate_return, do_svc, user_exit;
} kml_gate_kernel;

struct alternative {
	int original, replacement;
	unsigned short cap;
	unsigned char length, replacement_length;
} __attribute__((packed));

extern struct alternative alternatives[], alternatives_end[];
extern char kml_gate_call[], kml_gate_syscall[], kml_gate_missing[], kml_gate_dispatch[];
extern char behind_nested[], target[], do_svc[], gate_return[], kml_ret[], behind_call[];

void run(struct run *r);
u64 run_nested(const char *gate, const void *of);
u64 kml_handler_forbidden(u64 ip);
u64 semihosting(u64 op, const void *arg);
u64 look(void);
void fatal(u64 esr, u64 elr);

static u64 task[1024] __attribute__((aligned(64)));
static char kernel_stack[16384] __attribute__((aligned(16384)));
static char user_stack[16384] __attribute__((aligned(16)));
static u64 this_cpus_task;
static int is_syscall, pac, user_pac;
static u64 new_flags, forbidden_at;
static int handler_runs;
u64 nested_sp;
static u32 wrong, failed;

static void print(const char *s)
{
	semihosting(4, s);
}

static void print_hex(u64 value)
{
	char text[17];
	int i;

	for (i = 15; i >= 0; i--, value >>= 4)
		text[i] = "0123456789abcdef"[value & 15];
	text[16] = 0;
	print(text);
}

static void quit(u64 status)
{
	const u64 reason[] = { 0x20026, status };

	semihosting(0x18, reason);
	for (;;)
		;
}

void fatal(u64 esr, u64 elr)
{
	print("Bail out! exception ");
	print_hex(esr);
	print(" at ");
	print_hex(elr);
	print("\n");
	quit(2);
}

static void equal(const char *what, u64 got, u64 want)
{
	if (got == want)
		return;
	wrong++;
	print("# ");
	print(what);
	print(" is ");
	print_hex(got);
	print(", not ");
	print_hex(want);
	print("\n");
}

static u64 pattern(unsigned int reg)
{
	u64 digits = reg / 10 << 4 | reg % 10;

	return digits << 8 | digits;
}

static u64 key(void)
{
	u64 value;

	asm volatile("mrs %0, s3_0_c2_c1_0" : "=r" (value));
	return value;
}

static void set_key(u64 value)
{
	asm volatile("msr s3_0_c2_c1_0, %0; isb" : : "r" (value));
}

static u64 sctlr(void)
{
	u64 value;

	asm volatile("mrs %0, sctlr_el1" : "=r" (value));
	return value;
}

static void set_sctlr(u64 value)
{
	asm volatile("msr sctlr_el1, %0; isb" : : "r" (value));
}

static void look_at_frame(const u64 *frame)
{
	unsigned int i;

	for (i = is_syscall ? 19 : 29; i < 30; i++)
		equal("a register in the frame", frame[i], pattern(i));
	equal("lr in the frame", frame[30], (u64)behind_call);
	equal("sp in the frame", frame[FRAME_SP], program.sp_el0);
	equal("pc in the frame", frame[FRAME_PC], (u64)kml_ret);
	equal("pstate in the frame", frame[FRAME_PSTATE], 0);
	equal("frame record", frame[FRAME_RECORD] | frame[FRAME_RECORD + 1], 0);
	equal("orig_x0", frame[FRAME_ORIG_X0], is_syscall ? program.args[0] : MARK);
	equal("syscallno", (u32)frame[FRAME_SYSCALLNO], is_syscall ? export.nr : -1U);
	for (i = 0; i < 6; i++)
		equal("an argument", is_syscall ? frame[i] : seen.args[i], program.args[i]);
	if (!is_syscall)
		return;
	equal("the function's argument", seen.args[0], (u64)frame);
	equal("x8", frame[8], export.nr);
}

/* The kernel's function, or its dispatcher. */
u64 look(void)
{
	const u64 *frame = (u64 *)(kernel_stack + sizeof(kernel_stack) - FRAME_SIZE);

	equal("SPSel", seen.spsel, 1);
	equal("DAIF", seen.daif, 0);
	equal("SP", seen.sp, (u64)frame);
	equal("SP_EL0", seen.sp_el0, (u64)task);
	equal("MDSCR.SS", seen.mdscr & MDSCR_SS, 0);
	if (!seen.dispatched)
		equal("x29", seen.x29, (u64)&frame[FRAME_RECORD]);
	if (pac) {
		equal("the key in the kernel", key(), user_pac ? KERNEL_KEY : USER_KEY);
		equal("EnIA in the kernel", sctlr() & SCTLR_ENIA, SCTLR_ENIA);
		equal("PAN in the kernel", seen.pan, is_syscall ? PSTATE_PAN : 0);
	}
	look_at_frame(frame);
	task[0] |= new_flags;
	return RESULT;
}

static void report(const char *what)
{
	print(wrong ? "not ok - " : "ok - ");
	print(what);
	print("\n");
	failed += !!wrong;
	wrong = 0;
}

/* One way through a gate: does it end in the kernel's return, and was it dispatched? */
static void way(const char *what, const char *gate, int slow, int dispatched)
{
	u64 *frame = (u64 *)(kernel_stack + sizeof(kernel_stack) - FRAME_SIZE);
	unsigned int i;

	program.sp_el1 = (u64)kernel_stack + sizeof(kernel_stack);
	program.export = (u64)&export;
	program.gate = (u64)gate;
	is_syscall = gate == kml_gate_syscall;
	for (i = 0; i < 6; i++)
		program.args[i] = 0x100 + i;
	for (i = 0; i < FRAME_RECORD; i++)
		frame[i] = 0xbad;
	seen.return_sp = seen.dispatched = 0;
	seen.spsel = 2;
	run(&program);

	equal("the result", after.x0, RESULT);
	for (i = 0; i < 11; i++)
		equal("a register that is kept", after.kept[i], pattern(i + 19));
	equal("SPSel of the program", after.spsel, 0);
	equal("DAIF of the program", after.daif, 0);
	equal("SP of the program", after.sp, program.sp_el0);
	equal("SP_EL1", after.sp_el1, program.sp_el1);
	equal("the kernel's return", seen.return_sp, slow ? program.sp_el1 - FRAME_SIZE : 0);
	equal("DAIF there", slow ? seen.return_daif : 0, 0);
	equal("the dispatcher", seen.dispatched, dispatched);
	if (slow && !is_syscall)
		equal("the mark there", frame[FRAME_ORIG_X0], 0);
	if (!slow)
		equal("PAN of the program", after.pan, 0);
	if (pac && !slow) {
		equal("the program's key", key(), USER_KEY);
		equal("EnIA of the program", sctlr() & SCTLR_ENIA, user_pac ? SCTLR_ENIA : 0);
	}
	/* what the kernel's return would have done */
	if (pac && slow) {
		set_key(USER_KEY);
		set_sctlr(user_pac ? sctlr() | SCTLR_ENIA : sctlr() & ~SCTLR_ENIA);
		asm volatile(".inst 0xd500409f");	/* msr pan, #0 */
	}
	report(what);
}

static void with_flags(const char *what, const char *gate, u64 flags, int dispatched)
{
	task[0] = flags;
	way(what, gate, 1, dispatched);
	task[0] = 0;
}

static void test_ways(void)
{
	static const u64 wild[] = { 0, 0x10, 0xffffffffffff0000, 0xdead0008, 1 };
	const u64 step = 1UL << 21;
	unsigned int i;

	program.sp_el0 = (u64)user_stack + sizeof(user_stack) - 32;
	way("a call", kml_gate_call, 0, 0);
	new_flags = 2;
	way("a call with work that comes up", kml_gate_call, 1, 0);
	new_flags = task[0] = 0;
	for (i = 0; i < 7; i++)
		with_flags("a call with work that is there", kml_gate_call, 1UL << i, 0);
	asm volatile("msr mdscr_el1, %0" : : "r" (0x1001UL));
	with_flags("a call that is stepped", kml_gate_call, step, 0);
	way("a system call", kml_gate_syscall, 0, 0);
	new_flags = 1;
	way("a system call with a signal", kml_gate_syscall, 1, 0);
	new_flags = step;
	task[0] = 0;
	way("a system call that is stepped from its middle", kml_gate_syscall, 1, 0);
	new_flags = 0;
	for (i = 8; i < 13; i++)
		with_flags("a system call that is looked at", kml_gate_syscall, 1UL << i, 1);
	asm volatile("msr mdscr_el1, %0" : : "r" (0x1001UL));
	with_flags("a system call that is stepped", kml_gate_syscall, step, 0);
	export.target = (u64)kml_gate_dispatch;
	way("a system call that replaces registers", kml_gate_syscall, 1, 1);
	export.target = (u64)target;
	for (i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		program.sp_el0 = wild[i];
		way("a call with a wild stack pointer", kml_gate_call, 0, 0);
		with_flags("the same with work", kml_gate_call, 4, 0);
		way("a system call with it", kml_gate_syscall, 0, 0);
	}
}

/* Of handler_run.c, which is not linked: where it was called, and where to go on. */
u64 kml_handler_forbidden(u64 ip)
{
	forbidden_at = ip;
	return handler_runs ? nested_sp : 0;
}

static u64 plain(void)
{
	return PLAIN;
}

/* What a call in kernel mode comes to: the function's result, -EBUSY, or the end of the handler. */
static void nested(const char *what, const char *gate, u32 preempt, u16 flags, u64 want)
{
	*(u32 *)((char *)task + PREEMPT) = preempt;
	export.flags = flags;
	export.target = (u64)plain;
	forbidden_at = 0;
	asm volatile("msr sp_el0, %0" : : "r" (task));
	equal(what, run_nested(gate, &export), want);
	equal("where it was called", forbidden_at, preempt && want != PLAIN ? (u64)behind_nested : 0);
	report(what);
	export.flags = 0;
	export.target = (u64)target;
}

/* In a callback we are where a gate would take us; in an interrupt only some of it may be called. */
static void test_nested(void)
{
	nested("a callback calls a function", kml_gate_call, 0, 0, PLAIN);
	nested("a callback makes a system call", kml_gate_syscall, 0, 0, -16UL);
	nested("an interrupt calls what it may", kml_gate_call, HARDIRQ, IN_IRQ, PLAIN);
	nested("an interrupt calls what it must not", kml_gate_call, HARDIRQ, 0, -16UL);
	nested("an interrupt makes a system call", kml_gate_syscall, HARDIRQ, 0, -16UL);
	handler_runs = 1;
	nested("a handler calls what it may", kml_gate_call, HARDIRQ, IN_IRQ, PLAIN);
	nested("a handler calls what it must not", kml_gate_call, HARDIRQ, 0, ABANDONED);
	nested("a handler makes a system call", kml_gate_syscall, HARDIRQ, 0, ABANDONED);
	equal("a missing export", ((u64 (*)(void))kml_gate_missing)(), -38UL);
	report("what is missing says so");
}

/* A branch leads to the same place from elsewhere. */
static u32 moved(const u32 *from, const u32 *to)
{
	if ((*from & 0xfc000000) != 0x14000000)
		return *from;
	return 0x14000000 | ((*from + (u32)(from - to)) & 0x03ffffff);
}

/* As the kernel does it where the CPU has something. */
static void patch(unsigned int cap)
{
	const struct alternative *a;
	unsigned int i, places = 0;

	for (a = alternatives; a < alternatives_end; a++) {
		u32 *to = (u32 *)((char *)&a->original + a->original);
		const u32 *from = (const u32 *)((const char *)&a->replacement + a->replacement);

		if ((a->cap & 0x7fff) != cap)
			continue;
		for (i = 0; i < a->length / 4U; i++)
			to[i] = moved(from + i, to + i);
		places++;
	}
	asm volatile("dsb sy; ic iallu; dsb sy; isb");
	equal("no place for a capability", !places, 0);
}

int main(void)
{
	const u64 offset = 0x1000;
	u64 isar1;

	asm volatile("msr tpidr_el1, %0; msr oslar_el1, xzr" : : "r" (offset));
	this_cpus_task = (u64)task;
	kml_gate_kernel.entry_task = (u64)&this_cpus_task - offset;
	kml_gate_kernel.gate_return = (u64)gate_return;
	kml_gate_kernel.do_svc = (u64)do_svc;
	export.target = (u64)target;
	export.ret = (int)((u64)kml_ret - (u64)&export);
	export.nr = 77;
	test_ways();
	test_nested();
	asm volatile("mrs %0, id_aa64isar1_el1" : "=r" (isar1));
	if (isar1 & 0xff0) {
		print("# with pointer authentication and PAN\n");
		task[KEYS_KERNEL / 8] = KERNEL_KEY;
		task[KEYS_USER / 8] = USER_KEY;
		patch(CAP_ADDRESS_AUTH);
		patch(CAP_PAN);
		pac = 1;
		set_key(USER_KEY);
		test_ways();
		print("# the same for a program that has it on\n");
		user_pac = 1;
		task[SCTLR_USER / 8] = SCTLR_ENIA;
		set_sctlr(sctlr() | SCTLR_ENIA);
		test_ways();
	}
	print("the end\n");
	quit(failed);
	return 0;
}
