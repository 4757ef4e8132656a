# SPDX-License-Identifier: GPL-2.0-only
# What the queue's own files say otherwise in 7.3 than in 6.12; core-patch/port.sh writes the ones from the others.

# a namespace is a string from 6.13 on
s/^(EXPORT_SYMBOL_NS_GPL\(\w+, )KML\);/\1"KML");/

# MSRs are named by their width from 6.16 on
s/\b((native_)?(rd|wr)msr)l\(/\1q(/

# pcpu_hot has fallen apart in 6.15
s/pcpu_hot \+ X86_preempt_count/__preempt_count/
s/pcpu_hot \+ X86_top_of_stack/cpu_current_top_of_stack/

# kernel threads live in an empty file system from 7.1 on
s/get_fs_root\(init_task\.fs, /get_fs_root(userspace_init_fs, /
s,/\* PID 1\, the kernel threads and the idle task share one fs_struct\. \*/,/* PID 1's; kernel threads live in an empty file system. */,

# in front of ARM's vDSO is more than one page of data
s/\(vdso_total_pages - 1\)/(vdso_total_pages - __VDSO_PAGES)/
