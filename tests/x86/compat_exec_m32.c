// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of compat_exec.c: a 32-bit program that starts another one by each
 * of the ways into the kernel that a 32-bit program has.
 *
 *	compat_exec_m32 HOW WHO FILE
 *
 * HOW is vdso, sysenter, syscall or int80; WHO calls execve: self, or a child
 * by vfork or clone, whose exit status becomes the helper's. 126: no such way.
 *
 * build: m32
 * run: none
 */
#define NR_exit		1
#define NR_waitpid	7
#define NR_execve	11
#define NR_clone	120
#define NR_vfork	190
#define AT_SYSINFO	32
#define SIGCHLD		17
#define CLONE_VM	0x100

void _start(void);
void start(unsigned long *stack);

asm(".globl _start\n"
    "_start:\n"
    "	mov %esp, %eax\n"
    "	and $-16, %esp\n"
    "	sub $12, %esp\n"
    "	push %eax\n"
    "	call start\n");

static unsigned long vsyscall;

/* Inline, as a vfork child must not return from where its parent will. */
static inline __attribute__((always_inline)) long int80(long nr, long a, long b, long c)
{
	asm volatile("int $0x80" : "+a" (nr) : "b" (a), "c" (b), "d" (c) : "memory");
	return nr;
}

/* As the vDSO does it: the kernel looks for %ebp, and on Intel for more, on the stack. */
static long by_vdso(long nr, long a, long b, long c)
{
	asm volatile("call *%[entry]" : "+a" (nr) : [entry] "m" (vsyscall), "b" (a), "c" (b), "d" (c) : "memory");
	return nr;
}

static long by_sysenter(long nr, long a, long b, long c)
{
	asm volatile("push %%ecx; push %%edx; push %%ebp; mov %%esp, %%ebp; sysenter"
		     : "+a" (nr) : "b" (a), "c" (b), "d" (c) : "memory");
	return nr;
}

static long by_syscall(long nr, long a, long b, long c)
{
	asm volatile("push %%ecx; push %%edx; push %%ebp; mov %%ecx, %%ebp; syscall"
		     : "+a" (nr), "+c" (b) : "b" (a), "d" (c) : "memory");
	return nr;
}

static char how, **program, **environment;

static void child(void)
{
	long (*call)(long nr, long a, long b, long c) = int80;

	if (how == 'o')
		call = by_vdso;
	else if (how == 'e')
		call = by_sysenter;
	else if (how == 'c')
		call = by_syscall;
	call(NR_execve, (long)program[0], (long)program, (long)environment);
	int80(NR_exit, 125, 0, 0);
}

/* It shares our memory, and runs beside us. */
static long start_clone(void)
{
	static char stack[16384] __attribute__((aligned(16)));
	long ret = NR_clone;

	asm volatile("int $0x80; test %0, %0; jnz 1f; call *%[fn]; 1:"
		     : "+a" (ret) : "b" (CLONE_VM | SIGCHLD), "c" (stack + sizeof(stack)), [fn] "S" (child)
		     : "edx", "memory");
	return ret;
}

void start(unsigned long *stack)
{
	char **argv = (char **)stack + 1, **end;
	long pid = 0, status = 0;
	unsigned long *aux;

	if (stack[0] != 4)
		int80(NR_exit, 124, 0, 0);
	how = argv[1][3];
	program = argv + 3;
	environment = argv + stack[0] + 1;
	for (end = environment; *end; end++)
		;
	for (aux = (unsigned long *)end + 1; aux[0]; aux += 2)
		if (aux[0] == AT_SYSINFO)
			vsyscall = aux[1];
	if (how == 'o' && !vsyscall)
		int80(NR_exit, 126, 0, 0);
	if (argv[2][0] == 'v')
		pid = int80(NR_vfork, 0, 0, 0);
	else if (argv[2][0] == 'c')
		pid = start_clone();
	if (pid == 0)
		child();
	if (int80(NR_waitpid, pid, (long)&status, 0) != pid)
		int80(NR_exit, 123, 0, 0);
	int80(NR_exit, status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff, 0, 0);
}
