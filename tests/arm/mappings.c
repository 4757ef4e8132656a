// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program reaches memory that the kernel maps after the program's page table
 * was made: vmalloc(), also of another process. The first access faults, and
 * the kernel's entry must be copied, not answered with SIGSEGV.
 *
 * link: kml
 * run: trusted
 * depends: cpu pages debug
 */
#include <kml/exports.h>
#include <kml/kml.h>

#include "arm.h"
#include "ktap.h"

/* More than the 2 MB that one first level entry covers. */
#define SIZE (8 << 20)
#define STEP (1 << 20)

static int pipes[2][2];

/* Waits for an address that its page table has never had. */
static void child(void)
{
	volatile uint32_t *area;
	uint32_t value = 0;
	int i, wrong = 0;

	if (read(pipes[0][0], &area, sizeof(area)) != sizeof(area))
		_exit(1);
	for (i = 0; i < SIZE; i += STEP)
		wrong += arm_read((char *)area + i, &value) || value != (uint32_t)i + 7;
	area[1] = getpid();
	_exit(wrong ? 2 : 0);
}

/* By a system call: the kernel's own access to it from this process. */
static bool kernel_sees(const volatile void *area)
{
	uint32_t value = 0;

	return copy_from_kernel_nofault(&value, (const void *)area, 4) == 0 && value == 7;
}

int main(void)
{
	uint32_t value;
	char *area;
	pid_t pid;
	int i, status, good = 0;

	ktap_start();
	ktap_check_privilege();
	if (!ktap_ok(kml_available(), "%s", kml_strerror(kml_state())))
		return ktap_end();
	arm_catch();
	if (pipe(pipes[0]))
		return 1;
	fflush(stdout);
	pid = fork();
	if (!pid)
		child();
	area = vmalloc(SIZE);
	if (!ktap_ok(area, "vmalloc() of 8 MB: %p", (void *)area))
		return ktap_end();
	for (i = 0; i < SIZE; i += STEP)
		good += !arm_write(area + i, i + 7) && !arm_read(area + i, &value) &&
			value == (uint32_t)i + 7;
	ktap_ok(good == SIZE / STEP, "is written and read: %d of %d", good, SIZE / STEP);
	ktap_ok(kernel_sees(area), "the kernel sees what was written");
	ktap_ok(write(pipes[0][1], &area, sizeof(area)) == sizeof(area) &&
		waitpid(pid, &status, 0) == pid && status == 0,
		"a child that was there before reads it: status %#x", status);
	ktap_ok(((volatile uint32_t *)area)[1] == (uint32_t)pid, "and writes");
	ktap_ok(arm_read(area + SIZE, &value) == SIGSEGV &&
		arm_fault.address == (uintptr_t)area + SIZE, "behind it is SIGSEGV");
	vfree(area);
	return ktap_end();
}
