// SPDX-License-Identifier: GPL-2.0-only
/*
 * A jump into the body of a kernel function runs it, as the CPU's privilege
 * says. What then faults in it is the program's: taken for the kernel's, the
 * fault would be an oops on the program's stack.
 *
 * run: both
 * depends: cpu pages gs debug
 */
#include <signal.h>

#include "kallsyms.h"
#include "ktap.h"

/* Each takes a pointer that it looks at first. */
static const char * const names[] = { "vfs_read", "vfs_write", "d_path", "fput", "strlen" };

static uintptr_t target;

/* Behind the ENDBR and the place of ftrace's call. */
static uintptr_t body(uintptr_t function)
{
	const unsigned char *code = (const unsigned char *)function;

	if (!memcmp(code, "\xf3\x0f\x1e\xfa", 4))
		code += 4;
	if (!memcmp(code, "\x0f\x1f\x44\x00\x00", 5) || *code == 0xe8)
		code += 5;
	return (uintptr_t)code;
}

/* All registers are bad pointers, and to kfree() that of no bytes. */
static void jump(void)
{
	if (ktap_trusted())
		target = body(target);
	asm volatile("mov $0x10, %%edi; mov %%edi, %%esi; mov %%edi, %%edx; mov %%edi, %%ecx\n"
		     "mov %%edi, %%r8d; mov %%edi, %%r9d; call *%%rax"
		     : "+a" (target)
		     : : "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
	_exit(42);
}

int main(void)
{
	size_t i;
	int status;

	ktap_start();
	ktap_check_privilege();
	target = kallsyms_address("kfree");
	if (!ktap_ok(target, "/proc/kallsyms tells where kfree is"))
		return ktap_end();
	status = ktap_child(jump);
	if (ktap_trusted())
		ktap_ok(status == 42 << 8, "kfree() of no bytes returns: status %#x", status);
	else
		ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "kfree");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		target = kallsyms_address(names[i]);
		if (!target) {
			ktap_skip(names[i], "no such symbol");
			continue;
		}
		status = ktap_child(jump);
		ktap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "%s: status %#x",
			names[i], status);
	}
	return ktap_end();
}
