// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of kvm.sh: a virtual machine that counts, and stops at each number.
 * Between two of them it makes system calls, whose registers must be kept. So
 * many seconds; says "right" and exits 0 if all was.
 *
 * run: none
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "ktap.h"
#include "syscall_state.h"

/* Real mode, at 0x1000: "1: out %al, $0x10; inc %ax; jmp 1b" */
static const unsigned char code[] = { 0xe6, 0x10, 0x40, 0xeb, 0xfb };

static void need(long result, const char *what)
{
	if (result >= 0)
		return;
	perror(what);
	exit(1);
}

/* The machine's first processor, and what it tells. */
static struct kvm_run *machine(int *vcpu)
{
	struct kvm_userspace_memory_region region = { .guest_phys_addr = PAGE, .memory_size = PAGE };
	int kvm = open("/dev/kvm", O_RDWR), vm;
	struct kvm_sregs sregs;
	struct kvm_regs regs = { .rip = PAGE, .rflags = 2 };
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	need(kvm, "/dev/kvm");
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	need(vm, "KVM_CREATE_VM");
	memcpy(memory, code, sizeof(code));
	region.userspace_addr = (uintptr_t)memory;
	need(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	*vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	need(*vcpu, "KVM_CREATE_VCPU");
	need(ioctl(*vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	need(ioctl(*vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	need(ioctl(*vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
	return mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE, MAP_SHARED, *vcpu, 0);
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 3);
	const char *wrong = NULL;
	unsigned long exits = 0;
	pid_t parent = getppid();
	struct kvm_run *run;
	int vcpu;

	run = machine(&vcpu);
	if (run == MAP_FAILED)
		return 1;
	while (!wrong && time(NULL) < end) {
		need(ioctl(vcpu, KVM_RUN, 0), "KVM_RUN");
		if (run->exit_reason != KVM_EXIT_IO || run->io.port != 0x10 ||
		    *((unsigned char *)run + run->io.data_offset) != (unsigned char)exits)
			wrong = "the machine";
		exits++;
		for (int i = 0; i < 4 && !wrong; i++)
			wrong = call(SYS_getppid, 0, 0, 0, IF | (i & 1 ? ARITHMETIC : 0)) == parent ? changed() : "the result";
	}
	printf("cpl %u, %lu exits: %s\n", ktap_cpl(), exits, wrong ?: "right");
	return !!wrong;
}
