// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of scripts: an x32 program, which exits 32 where it may run.
 *
 * build: mx32
 * run: none
 */
void _start(void);

void _start(void)
{
	asm volatile("syscall" : : "a" (0x40000000 + 60), "D" (32) : "rcx", "r11", "memory");
	__builtin_unreachable();
}
