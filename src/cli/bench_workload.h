/* SPDX-License-Identifier: MIT */
/* A workload with batching and with immediate flushes, and of nested what its inner sections add.
 */
#ifndef LAZYMMU_CLI_BENCH_WORKLOAD_H
#define LAZYMMU_CLI_BENCH_WORKLOAD_H

#include "bench_timeline.h"

/*
 * result: with its workload and parameters; bench_result_fini() in any case. config: its page size
 * is the backend's own unless given. drawn: NR_DRAWN timelines, NULL: none. 0, -EINVAL (page size)
 * or -ENOMEM.
 */
int bench_workload_run(const struct arch *arch, const struct machine_config *config,
		       struct timeline_run *drawn, struct bench_result *result);

#endif
