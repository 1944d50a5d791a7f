/* SPDX-License-Identifier: MIT */
/* Walkers of single architectures. */
#ifndef LAZYMMU_WORKLOAD_ARCH_WALKS_H
#define LAZYMMU_WORKLOAD_ARCH_WALKS_H

#include "bed.h"

/* powerpc: the areas are mapped and in the hash table. */
int map_hashed_areas(struct bed *bed);
int run_flush_hash_range(struct bed *bed);
int run_flush_hash_pmd(struct bed *bed);
int run_subpage_prot(struct bed *bed);

/* arm64: block mappings of the linear map are split. */
int run_split_leaf(struct bed *bed);
int run_split_range(struct bed *bed);

#endif
