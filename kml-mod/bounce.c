// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports that the kernel's own function would serve with page faults ruled
 * out: under a spinlock, with interrupts off or with page faults disabled.
 * The program's memory may be untouched or swapped out, so it is accessed
 * here, where a fault may sleep, and the kernel's function gets a buffer.
 */
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/kallsyms.h>
#include <linux/minmax.h>
#include <linux/pci.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <uapi/linux/sched/types.h>

#include "helpers.h"

/* On the task stack; larger than what people ask of these at a time. */
#define CHUNK 256

/* For files: what a read or write handles in one go. */
#define FILE_CHUNK 65536

/**
 * kml_get_random_bytes - get_random_bytes() into memory that may fault
 * @buf: where to
 * @len: how many bytes
 *
 * The generator copies with interrupts off.
 */
void kml_get_random_bytes(void *buf, size_t len)
{
	u8 chunk[CHUNK];

	while (len) {
		size_t n = min(len, sizeof(chunk));

		get_random_bytes(chunk, n);
		memcpy(buf, chunk, n);
		buf += n;
		len -= n;
	}
	memzero_explicit(chunk, sizeof(chunk));
}

/**
 * kml_copy_from_kernel_nofault - read memory that may not be there
 * @dst: where to, the program's or the kernel's
 * @src: where from, an address of the kernel's half
 * @size: how many bytes
 *
 * Return: 0, or -EFAULT or -ERANGE with @dst written up to the bad place.
 */
long kml_copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	u8 chunk[CHUNK];

	while (size) {
		size_t n = min(size, sizeof(chunk));
		long ret = copy_from_kernel_nofault(chunk, src, n);

		if (ret)
			return ret;
		memcpy(dst, chunk, n);
		dst += n;
		src += n;
		size -= n;
	}
	return 0;
}

/* copy_to_kernel_nofault(), which no module may call. */
static long poke(u8 *dst, const u8 *src, size_t n)
{
	pagefault_disable();
	for (; n; n--, dst++, src++)
		__put_kernel_nofault(dst, src, u8, out_fault);
	pagefault_enable();
	return 0;

out_fault:
	pagefault_enable();
	return -EFAULT;
}

/**
 * kml_copy_to_kernel_nofault - write memory that may not be there
 * @dst: where to
 * @src: where from, the program's memory or the kernel's
 * @size: how many bytes
 *
 * Return: 0, or -EFAULT with what lies before the bad place written.
 */
long kml_copy_to_kernel_nofault(void *dst, const void *src, size_t size)
{
	u8 chunk[CHUNK];

	while (size) {
		size_t n = min(size, sizeof(chunk));
		long ret;

		memcpy(chunk, src, n);
		ret = poke(dst, chunk, n);
		if (ret)
			return ret;
		dst += n;
		src += n;
		size -= n;
	}
	return 0;
}

/**
 * kml_kernel_read - kernel_read() into memory that may fault
 * @file: an open file
 * @buf: where to
 * @count: how many bytes
 * @pos: file position, moved by what was read
 *
 * Return: bytes read, fewer than @count at the end of the file or when the
 * file has no more for now, or a negative errno.
 */
ssize_t kml_kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	size_t size = min_t(size_t, count, FILE_CHUNK), done = 0;
	loff_t at = *pos;
	ssize_t ret = 0;
	void *chunk;

	chunk = kvmalloc(max_t(size_t, size, 1), GFP_KERNEL);
	if (!chunk)
		return -ENOMEM;
	do {
		size_t n = min(count - done, size);

		ret = kernel_read(file, chunk, n, &at);
		if (ret > 0) {
			memcpy(buf + done, chunk, ret);
			done += ret;
		}
		if (ret < (ssize_t)n)
			break;
	} while (done < count);
	kvfree(chunk);
	*pos = at;
	return done ?: ret;
}

/**
 * kml_kernel_write - kernel_write() from memory that may fault
 * @file: an open file
 * @buf: where from
 * @count: how many bytes
 * @pos: file position, moved by what was written
 *
 * Return: bytes written, fewer than @count when the file took no more, or a
 * negative errno.
 */
ssize_t kml_kernel_write(struct file *file, const void *buf, size_t count,
			 loff_t *pos)
{
	size_t size = min_t(size_t, count, FILE_CHUNK), done = 0;
	loff_t at = *pos;
	ssize_t ret = 0;
	void *chunk;

	chunk = kvmalloc(max_t(size_t, size, 1), GFP_KERNEL);
	if (!chunk)
		return -ENOMEM;
	do {
		size_t n = min(count - done, size);

		memcpy(chunk, buf + done, n);
		ret = kernel_write(file, chunk, n, &at);
		if (ret > 0)
			done += ret;
		if (ret < (ssize_t)n)
			break;
	} while (done < count);
	kvfree(chunk);
	*pos = at;
	return done ?: ret;
}

static int bounce_symbol(int (*print)(char *buffer, unsigned long address),
			 char *buffer, unsigned long address)
{
	char *name = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL);
	int len;

	if (!name)
		return -ENOMEM;
	len = print(name, address);
	memcpy(buffer, name, len + 1);
	kfree(name);
	return len;
}

/**
 * kml_sprint_symbol - sprint_symbol(), whose lookup in modules may not sleep
 * @buffer: at least KSYM_SYMBOL_LEN bytes
 * @address: what to name
 *
 * Return: length of the text or -ENOMEM.
 */
int kml_sprint_symbol(char *buffer, unsigned long address)
{
	return bounce_symbol(sprint_symbol, buffer, address);
}

/* As kml_sprint_symbol(), without offset and size. */
int kml_sprint_symbol_no_offset(char *buffer, unsigned long address)
{
	return bounce_symbol(sprint_symbol_no_offset, buffer, address);
}

/**
 * kml_set_cpus_allowed_ptr - set_cpus_allowed_ptr(), which reads under a lock
 * @p: the task
 * @new_mask: cpumask_size() bytes
 *
 * Return: 0 or a negative errno.
 */
int kml_set_cpus_allowed_ptr(struct task_struct *p,
			     const struct cpumask *new_mask)
{
	cpumask_var_t mask;
	int ret;

	if (!alloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(mask, new_mask);
	ret = set_cpus_allowed_ptr(p, mask);
	free_cpumask_var(mask);
	return ret;
}

/**
 * kml_irq_set_affinity - irq_set_affinity(), which reads under a lock
 * @irq: the interrupt
 * @cpumask: cpumask_size() bytes
 *
 * Return: 0 or a negative errno.
 */
int kml_irq_set_affinity(unsigned int irq, const struct cpumask *cpumask)
{
	cpumask_var_t mask;
	int ret;

	if (!alloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(mask, cpumask);
	ret = irq_set_affinity(irq, mask);
	free_cpumask_var(mask);
	return ret;
}

/**
 * kml_sched_setattr_nocheck - sched_setattr_nocheck(), which reads under a lock
 * @p: the task
 * @attr: policy and parameters; its size is the program's, as in the system
 *	call
 *
 * Return: 0 or a negative errno.
 */
int kml_sched_setattr_nocheck(struct task_struct *p,
			      const struct sched_attr *attr)
{
	struct sched_attr copy = { };
	u32 size = READ_ONCE(attr->size);

	if (size < SCHED_ATTR_SIZE_VER0)
		return -EINVAL;
	if (size > sizeof(copy))
		return -E2BIG;
	memcpy(&copy, attr, size);
	return sched_setattr_nocheck(p, &copy);
}

/* The kernel's function stores the value under a lock. */
int kml_pci_read_config_dword(const struct pci_dev *dev, int where, u32 *val)
{
	u32 value = 0;
	int ret = pci_read_config_dword((struct pci_dev *)dev, where,
					&value);

	*val = value;
	return ret;
}
