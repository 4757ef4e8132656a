// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vector registers survive preemption and signals. If an entry or exit of a
 * privileged program skipped the FPU's lazy reload (TIF_NEED_FPU_LOAD), one
 * thread would see the registers of another.
 *
 * run: both
 * depends: cpu gs debug rt
 */
#include <cpuid.h>
#include <stdint.h>

#include "ktap.h"
#include "rounds.h"

/* An assembler loop over all registers, in which \r is the number. */
#define EACH_REGISTER(insn) ".irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n" insn "\n.endr\n"
#define STAY "mov $200000, %%ecx\n1: dec %%ecx\njnz 1b\n"

static bool avx;

struct registers {
	uint8_t reg[16][32];
} __attribute__((aligned(32)));

/* Load all registers, stay a while without a call, and store them. */
static void sse(struct registers *in, struct registers *out)
{
	asm volatile(EACH_REGISTER("movdqa 32*\\r(%[in]), %%xmm\\r")
		     STAY
		     EACH_REGISTER("movdqa %%xmm\\r, 32*\\r(%[out])")
		     : : [in] "r" (in), [out] "r" (out)
		     : "ecx", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
		       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

__attribute__((target("avx")))
static void avx256(struct registers *in, struct registers *out)
{
	asm volatile(EACH_REGISTER("vmovdqa 32*\\r(%[in]), %%ymm\\r")
		     STAY
		     EACH_REGISTER("vmovdqa %%ymm\\r, 32*\\r(%[out])")
		     "vzeroupper\n"
		     : : [in] "r" (in), [out] "r" (out)
		     : "ecx", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
		       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

static unsigned long check(unsigned long thread, unsigned long round)
{
	unsigned long wrong = 0;
	struct registers in, out;
	int i;

	(void)round;
	for (i = 0; i < 16; i++)
		memset(in.reg[i], (thread + 1) * 16 + i, sizeof(in.reg[i]));
	memset(&out, 0xff, sizeof(out));
	if (avx)
		avx256(&in, &out);
	else
		sse(&in, &out);
	for (i = 0; i < 16; i++)
		wrong += memcmp(in.reg[i], out.reg[i], avx ? 32 : 16) != 0;
	return wrong;
}

/* CPUID's bit for AVX is not enough: the kernel has to have enabled it. */
static bool have_avx(void)
{
	unsigned int a, b, c, d, low, high;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !(c & bit_AVX))
		return false;
	asm volatile("xgetbv" : "=a" (low), "=d" (high) : "c" (0));
	return (low & 6) == 6;
}

int main(void)
{
	ktap_start();
	ktap_check_privilege();
	avx = have_avx();
	printf("# %s\n", avx ? "ymm0 to ymm15" : "xmm0 to xmm15");
	rounds_run(check, "registers");
	return ktap_end();
}
