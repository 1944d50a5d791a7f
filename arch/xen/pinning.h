/* SPDX-License-Identifier: MIT */
/* Operations of struct arch_ops on page tables and address spaces. */
#ifndef LAZYMMU_ARCH_XEN_PINNING_H
#define LAZYMMU_ARCH_XEN_PINNING_H

#include "arch.h"

void set_table_xen(struct mm *mm, int level, vaddr_t addr, struct table *child);
void alloc_table_xen(struct mm *mm, struct table *table);
void release_table_xen(struct mm *mm, struct table *table);
void activate_mm_xen(struct mm *mm);
void dup_mmap_xen(struct mm *oldmm, struct mm *mm);
void exit_mmap_xen(struct mm *mm);

#endif
