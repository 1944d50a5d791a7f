/* SPDX-License-Identifier: MIT */
/* What is known of an address space whose history may be older than the recording. */
#ifndef LAZYMMU_MM_QUERY_H
#define LAZYMMU_MM_QUERY_H

#include "mm_struct.h"

/* Whatever is mapped in [addr, addr + length) was seen being mapped. */
bool mm_is_known(struct mm_struct *mm, vaddr_t addr, uint64_t length);

bool mm_is_mapped(struct mm_struct *mm, vaddr_t addr, uint64_t length);
/* One VMA covers it all. */
bool mm_is_one_vma(struct mm_struct *mm, vaddr_t addr, uint64_t length);
/* Where nothing is mapped first; addr + length: nowhere. */
vaddr_t mm_first_hole(struct mm_struct *mm, vaddr_t addr, uint64_t length);
bool mm_maps_files(struct mm_struct *mm);
/* A mapped page is not young, and an access since then would have left no trace. */
bool mm_has_old_pages(struct mm_struct *mm, vaddr_t addr, uint64_t length);

/*
 * How many PTEs a fault (enum fault_access) writes, and how, is known: in memory that nobody was
 * seen to map, only a first write is, and what comes after it.
 */
bool mm_fault_is_known(struct mm_struct *mm, vaddr_t addr, unsigned int access);
/* A read of shared memory maps what others put into the page cache around it. */
bool mm_fault_maps_cache(struct mm_struct *mm, vaddr_t addr, unsigned int access);

#endif
