// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same as check.c for the system calls: prototypes and numbers. Apart,
 * since <linux/syscalls.h> declares the functions of an architecture whose
 * system calls have wrappers only if it does not know that.
 */
#undef CONFIG_ARCH_HAS_SYSCALL_WRAPPER
#include <linux/build_bug.h>
#include <linux/landlock.h>
#include <linux/syscalls.h>
#include <linux/version.h>
#include <asm/unistd.h>

/* No header declares these; as in their SYSCALL_DEFINE. */
#ifdef CONFIG_X86_64
asmlinkage long sys_arch_prctl(int option, unsigned long arg2);
asmlinkage long sys_iopl(unsigned int level);
asmlinkage long sys_mmap(unsigned long addr, unsigned long len,
			 unsigned long prot, unsigned long flags,
			 unsigned long fd, unsigned long off);
asmlinkage long sys_modify_ldt(int func, void __user *ptr,
			       unsigned long bytecount);
asmlinkage long sys_rt_sigreturn(void);
#elif defined(CONFIG_ARM64)
asmlinkage long sys_mmap(unsigned long addr, unsigned long len,
			 unsigned long prot, unsigned long flags,
			 unsigned long fd, unsigned long off);
asmlinkage long sys_rt_sigreturn(void);
#else
asmlinkage long sys_arm_fadvise64_64(int fd, int advice, loff_t offset,
				     loff_t len);
asmlinkage long sys_fstatfs64_wrapper(unsigned int fd, size_t sz,
				      struct statfs64 __user *buf);
asmlinkage long sys_mmap2(unsigned long addr, unsigned long len,
			  unsigned long prot, unsigned long flags,
			  unsigned long fd, unsigned long pgoff);
asmlinkage long sys_rt_sigreturn_wrapper(void);
asmlinkage long sys_sigreturn_wrapper(void);
asmlinkage long sys_statfs64_wrapper(const char __user *pathname, size_t sz,
				     struct statfs64 __user *buf);
#endif

/* Declared with an enum that programs would need a header for. */
static_assert(sizeof(enum landlock_rule_type) == sizeof(unsigned int));
#define sys_landlock_add_rule	kml_landlock_add_rule
asmlinkage long sys_landlock_add_rule(int ruleset_fd, unsigned int rule_type,
				      const void __user *rule_attr,
				      __u32 flags);

/*
 * 7.x has an argument that nobody uses as a pointer to void, and for bpf() two
 * more that a flag of @cmd asks for: what a program passes is the same.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
struct getcpu_cache;
static_assert(__same_type(sys_getcpu, long(unsigned int __user *cpu,
					   unsigned int __user *node,
					   void __user *cache)));
#define sys_getcpu	kml_getcpu
asmlinkage long sys_getcpu(unsigned int __user *cpu, unsigned int __user *node,
			   struct getcpu_cache __user *cache);
static_assert(__same_type(sys_bpf, long(int cmd, union bpf_attr __user *attr,
					unsigned int size,
					struct bpf_common_attr __user *common,
					unsigned int size_common)));
#define sys_bpf		kml_bpf
asmlinkage long sys_bpf(int cmd, union bpf_attr __user *attr,
			unsigned int size);
#endif

#include "check_syscalls.h"
