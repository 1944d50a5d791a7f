/* SPDX-License-Identifier: MIT */
/*
 * KFENCE: a slab allocation that is sampled gets a page of its own, which is mapped while the
 * object lives. Any allocation may be the one, in a section and in a handler too.
 */
#ifndef LAZYMMU_MM_KFENCE_H
#define LAZYMMU_MM_KFENCE_H

#include "mm_struct.h"

/* The page of a sampled object; 0: no memory, or no CONFIG_KFENCE. */
uint64_t kfence_alloc(void);
void kfence_free(uint64_t pfn);

#endif
