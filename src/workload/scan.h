/* SPDX-License-Identifier: MIT */
/* Walkers that no syscall of a recording reaches: scans, migration, UFFDIO_MOVE, ageing. */
#ifndef LAZYMMU_WORKLOAD_SCAN_H
#define LAZYMMU_WORKLOAD_SCAN_H

#include "bed.h"

/* The target of UFFDIO_MOVE is mapped, and has its tables. */
int populate_and_map_target(struct bed *bed);

int run_pagemap_scan(struct bed *bed);
int run_migrate_collect(struct bed *bed);
int run_uffd_move(struct bed *bed);
int run_mglru_ptes(struct bed *bed);
int run_mglru_pmds(struct bed *bed);
int run_mglru_look_around(struct bed *bed);

#endif
