/* SPDX-License-Identifier: MIT */
/* Memory of the kernel itself. */
#ifndef LAZYMMU_WORKLOAD_KERNEL_MEMORY_H
#define LAZYMMU_WORKLOAD_KERNEL_MEMORY_H

#include "bed.h"

/* Its tables are there, as after one round of the same: they are never freed. */
int make_kernel_tables(struct bed *bed);
/* The areas are mapped. */
int map_areas(struct bed *bed);
int map_shadow(struct bed *bed);

int run_vmap(struct bed *bed);
int run_vmalloc(struct bed *bed);
int run_vfree(struct bed *bed);
int run_ioremap(struct bed *bed);
int run_kasan_populate(struct bed *bed);
int run_kasan_depopulate(struct bed *bed);
int run_set_memory(struct bed *bed);

#endif
