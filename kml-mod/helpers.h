/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exports that are no function of the kernel: what stands behind a macro, an
 * inline or a variadic one. The impl column of exports.tbl names them.
 */
#ifndef KML_HELPERS_H
#define KML_HELPERS_H

#include <linux/ktime.h>
#include <linux/stdarg.h>
#include <linux/types.h>

#include <kml/handler_abi.h>

struct cpumask;
struct file;
struct pci_dev;
struct sched_attr;
struct task_struct;
struct work_struct;

/* time */
ktime_t kml_ktime_get_real(void);
ktime_t kml_ktime_get_boottime(void);
ktime_t kml_ktime_get_clocktai(void);
ktime_t kml_ktime_get_coarse(void);
u64 kml_get_jiffies_64(void);
u64 kml_local_clock(void);
unsigned long kml_msecs_to_jiffies(const unsigned int m);
unsigned long kml_usecs_to_jiffies(const unsigned int u);

/* sleeping and scheduling */
int kml_cond_resched(void);
int kml_hrtimer_sleep(u64 nsecs, u64 slack);
int kml_sleep_until(u64 time, u64 slack);
void kml_usleep_range(unsigned long min, unsigned long max);
void kml_usleep_range_idle(unsigned long min, unsigned long max);
void kml_fsleep(unsigned long usecs);
void kml_ssleep(unsigned int seconds);
unsigned int kml_smp_processor_id(void);
unsigned int kml_jiffies_to_msecs(const unsigned long j);
unsigned int kml_jiffies_to_usecs(const unsigned long j);
void kml_udelay(unsigned long usecs);
void kml_ndelay(unsigned long nsecs);
struct task_struct *kml_get_current(void);
void kml_put_task_struct(struct task_struct *t);
bool kml_schedule_work(struct work_struct *work);

/* memory */
void *kml_kmalloc(size_t size, gfp_t flags);
void *kml_kzalloc(size_t size, gfp_t flags);
void *kml_kcalloc(size_t n, size_t size, gfp_t flags);
void *kml_krealloc(const void *p, size_t new_size, gfp_t flags);
void *kml_kmemdup(const void *src, size_t len, gfp_t gfp);
void *kml_kvmalloc(size_t size, gfp_t flags);
void *kml_kvzalloc(size_t size, gfp_t flags);
void *kml_vmalloc(unsigned long size);
void *kml_vzalloc(unsigned long size);
void *kml_vmalloc_user(unsigned long size);
void *kml_alloc_pages_exact(size_t size, gfp_t gfp_mask);
unsigned long kml_get_free_pages(gfp_t gfp_mask, unsigned int order);
unsigned long kml_get_zeroed_page(gfp_t gfp_mask);
u64 kml_virt_to_phys(const void *addr);
void *kml_phys_to_virt(u64 addr);

/* interrupts, log, random */
unsigned long kml_local_irq_save(void);
void kml_local_irq_restore(unsigned long flags);
__printf(1, 0)
int kml_vprintk(const char *fmt, va_list *args);
u32 kml_get_random_u32_below(u32 ceil);

/* bounce.c */
void kml_get_random_bytes(void *buf, size_t len);
long kml_copy_from_kernel_nofault(void *dst, const void *src, size_t size);
long kml_copy_to_kernel_nofault(void *dst, const void *src, size_t size);
ssize_t kml_kernel_read(struct file *file, void *buf, size_t count,
			loff_t *pos);
ssize_t kml_kernel_write(struct file *file, const void *buf, size_t count,
			 loff_t *pos);
int kml_sprint_symbol(char *buffer, unsigned long address);
int kml_sprint_symbol_no_offset(char *buffer, unsigned long address);
int kml_set_cpus_allowed_ptr(struct task_struct *p,
			     const struct cpumask *new_mask);
int kml_irq_set_affinity(unsigned int irq, const struct cpumask *cpumask);
int kml_sched_setattr_nocheck(struct task_struct *p,
			      const struct sched_attr *attr);
int kml_pci_read_config_dword(const struct pci_dev *dev, int where, u32 *val);

/* handler_*.c */
int kml_wake(int id);
int kml_timer_start(kml_handler_t function, void *arg, u64 first, u64 period,
		    unsigned int flags);
int kml_timer_stop(int id);
long kml_timer_wait(int id, u64 timeout);
int kml_irq_request(unsigned int irq, kml_handler_t function, void *arg,
		    unsigned int flags);
int kml_irq_free(int id);
long kml_irq_wait(int id, u64 timeout);

/* helpers_x86_64.c */
u64 kml_rdtsc_ordered(void);
int kml_rdmsrl_safe(u32 msr, u64 *value);
int kml_wrmsrl_safe(u32 msr, u64 value);
int kml_rdmsrl_safe_on_cpu(unsigned int cpu, u32 msr, u64 *value);
int kml_wrmsrl_safe_on_cpu(unsigned int cpu, u32 msr, u64 value);
int kml_wbinvd_on_all_cpus(void);

/* helpers_arm.c, for arm64 as well */
void *kml_memremap(u64 offset, size_t size, unsigned long flags);
void __iomem *kml_ioremap(u64 offset, unsigned long size);
void __iomem *kml_ioremap_wc(u64 offset, unsigned long size);
void __iomem *kml_ioremap_cache(u64 offset, unsigned long size);
int kml_of_irq(const char *node, unsigned int index);
unsigned int kml_ioread8(const void __iomem *addr);
unsigned int kml_ioread16(const void __iomem *addr);
unsigned int kml_ioread32(const void __iomem *addr);
void kml_iowrite8(u8 datum, void __iomem *addr);
void kml_iowrite16(u16 datum, void __iomem *addr);
void kml_iowrite32(u32 datum, void __iomem *addr);

#endif /* KML_HELPERS_H */
