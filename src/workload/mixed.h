/* SPDX-License-Identifier: MIT */
/* What programs do: a few syscalls after each other. */
#ifndef LAZYMMU_WORKLOAD_MIXED_H
#define LAZYMMU_WORKLOAD_MIXED_H

#include "bed.h"

int run_fork_server(struct bed *bed);
int populate_code(struct bed *bed);
int run_jit(struct bed *bed);
int run_allocator(struct bed *bed);
int run_module(struct bed *bed);

#endif
