// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of scripts: a 32-bit program, which exits 32 where it may run.
 *
 * build: m32
 * run: none
 */
void _start(void);

void _start(void)
{
	asm volatile("int $0x80" : : "a" (1), "b" (32));
	__builtin_unreachable();
}
