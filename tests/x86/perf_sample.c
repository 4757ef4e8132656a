// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf samples a privileged program by timer, with callchains of kernel and
 * user. The sampling interrupt finds frames with a user RSP and kernel
 * selectors; taking them for kernel frames would send the unwinder into the
 * program's stack.
 *
 * run: both
 * depends: cpu gs debug rt
 */
#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "ktap.h"

#define RING_PAGES 128
#define RING_SIZE (RING_PAGES * PAGE)
#define REG_IP 8		/* PERF_REG_X86_IP */
#define CONTEXT_LIMIT (-4095UL)	/* larger ones are PERF_CONTEXT_... */
#define USER_HALF (1UL << 63)

static unsigned long samples, lost, own_code, user_chains, kernel_chains, bad_chains, bad_regs;
extern char __executable_start[], etext[];

static bool in_program(uint64_t ip)
{
	return ip >= (uintptr_t)__executable_start && ip < (uintptr_t)etext;
}

/* Ring positions grow without end; records may wrap. */
static uint64_t word(const char *ring, uint64_t position)
{
	return *(const uint64_t *)(ring + position % RING_SIZE);
}

/* A sample: ip, callchain (a count and as many), the program's registers (abi, ip). */
static void sample(const char *ring, uint64_t position)
{
	uint64_t ip = word(ring, position), count = word(ring, position + 8), entry, abi;
	bool user = false, in_user = false, in_kernel = false;
	uint64_t i;

	samples++;
	own_code += in_program(ip);
	for (i = 0; i < count; i++) {
		entry = word(ring, position + 16 + 8 * i);
		if (entry >= CONTEXT_LIMIT) {
			user = entry == (uint64_t)PERF_CONTEXT_USER;
			continue;
		}
		if (user) {
			in_user = true;
			bad_chains += entry >= USER_HALF;
		} else {
			in_kernel = true;
			bad_chains += entry < USER_HALF;
		}
	}
	user_chains += in_user;
	kernel_chains += in_kernel;
	position += 16 + 8 * count;
	abi = word(ring, position);
	if (abi != PERF_SAMPLE_REGS_ABI_64 || word(ring, position + 8) >= USER_HALF)
		bad_regs++;
}

static void drain(struct perf_event_mmap_page *page)
{
	const char *ring = (char *)page + PAGE;
	uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = page->data_tail;

	while (tail < head) {
		uint64_t raw = word(ring, tail);
		struct perf_event_header header;

		memcpy(&header, &raw, sizeof(header));
		if (header.type == PERF_RECORD_SAMPLE)
			sample(ring, tail + sizeof(header));
		else if (header.type == PERF_RECORD_LOST)
			lost++;
		tail += header.size;
	}
	__atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
}

/* Half of the time in the program, half of it in the kernel. */
static void work(char *area)
{
	volatile unsigned int n;
	int i;

	for (n = 0; n < 20000; n++)
		;
	for (i = 0; i < 32; i++) {
		syscall(SYS_getppid);
		area[i * PAGE] = i;
	}
	madvise(area, 32 * PAGE, MADV_DONTNEED);
}

int main(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.freq = 1,
		.sample_freq = 1000,
		.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_REGS_USER,
		.sample_regs_user = 1 << REG_IP,
		.disabled = 1,
	};
	char *area = mmap(NULL, 32 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct perf_event_mmap_page *page;
	time_t end;
	int fd;

	ktap_start();
	ktap_check_privilege();
	fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	if (fd < 0) {
		ktap_skip("perf", "no perf_event_open here");
		return ktap_end();
	}
	page = mmap(NULL, PAGE + RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!ktap_ok(page != MAP_FAILED, "the ring is mapped"))
		return ktap_end();
	ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
	end = time(NULL) + 3;
	while (time(NULL) < end) {
		work(area);
		drain(page);
	}
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	drain(page);
	printf("# %lu samples, %lu lost records\n", samples, lost);
	ktap_ok(samples > 20, "samples are taken");
	ktap_ok(own_code, "%lu are in the program's code", own_code);
	ktap_ok(user_chains == samples, "%lu of %lu callchains have a user part",
		user_chains, samples);
	ktap_ok(kernel_chains, "%lu callchains have a kernel part", kernel_chains);
	/* A sample in entry or exit code may see half a frame, in plain programs too. */
	ktap_ok(bad_chains < samples / 4, "%lu addresses are in the wrong part", bad_chains);
	ktap_ok(!bad_regs, "%lu samples lack the program's registers", bad_regs);
	return ktap_end();
}
