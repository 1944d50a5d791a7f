/* SPDX-License-Identifier: MIT */
/* Syscalls on user memory. */
#ifndef LAZYMMU_WORKLOAD_USER_H
#define LAZYMMU_WORKLOAD_USER_H

#include "bed.h"

/* Pages in parts of a call each, and in parts of a table each. 0 or -ENOMEM. */
int populate_calls(struct bed *bed);
int populate_tables(struct bed *bed);
int populate_and_end_threads(struct bed *bed);
/* Memory without pages, for what maps them. */
int map_calls(struct bed *bed);

/* Each: the call on every part. 0 or -ENOMEM. */
int run_munmap(struct bed *bed);
int run_mprotect(struct bed *bed);
int run_mremap(struct bed *bed);
int run_madv_cold(struct bed *bed);
int run_madv_pageout(struct bed *bed);
int run_madv_free(struct bed *bed);
int run_madv_dontneed(struct bed *bed);
int run_fork(struct bed *bed);
int run_exit(struct bed *bed);
int run_fault(struct bed *bed);
int run_remap_pfn(struct bed *bed);
int run_apply(struct bed *bed);
int run_stack_move(struct bed *bed);

#endif
