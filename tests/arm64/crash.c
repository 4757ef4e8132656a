// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of core.sh: dies of SIGSEGV with known values in registers, and with
 * x21 pointing to a text.
 *
 * run: none
 */
static char text[] = "the text in memory";

__attribute__((noipa))
int crash_here(void)
{
	asm volatile("movz x19, #0x4444; movk x19, #0x3333, lsl #16; movk x19, #0x2222, lsl #32; movk x19, #0x1111, lsl #48\n\t"
		     "movz x20, #0x8888; movk x20, #0x7777, lsl #16; movk x20, #0x6666, lsl #32; movk x20, #0x5555, lsl #48\n\t"
		     "mov x21, %0; mov x0, #16; msr nzcv, xzr; str x0, [x0]"
		     : : "r" (text) : "x0", "x19", "x20", "x21", "cc", "memory");
	return 1;
}

int main(void)
{
	return crash_here() + 1;
}
