/* SPDX-License-Identifier: MIT */
/* The kernel code under test: two page-table walkers, one of them also in a version with a bug. */
#ifndef EXAMPLE_WALKER_H
#define EXAMPLE_WALKER_H

#include <lazymmu/kernel.h>

/*
 * Write-protects what is present in [addr, end), in one PTE table, and flushes the TLB. -EINVAL at
 * the first special entry, which must stay as it is; -ENOENT when there is no table.
 */
int wrprotect_range(struct vm_area_struct *vma, unsigned long addr, unsigned long end);

/* The same as it was first posted: its error path forgets to leave the section. */
int wrprotect_range_leaky(struct vm_area_struct *vma, unsigned long addr, unsigned long end);

/* Maps [addr, end) of the kernel, in one PTE table, to frames from pfn on. */
void map_kernel_range(unsigned long addr, unsigned long end, unsigned long pfn);

#endif
