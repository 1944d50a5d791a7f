/* SPDX-License-Identifier: MIT */
/*
 * What inner sections cost, one row for each result that has some: against the same workload
 * without them, lazily and on the same kernel.
 */
#ifndef LAZYMMU_REPORT_BENCH_NESTING_H
#define LAZYMMU_REPORT_BENCH_NESTING_H

#include "bench_report.h"
#include "table.h"

void bench_nesting_init(struct table_text *table);
/* Nothing for a result without inner sections. 0 or -ENOMEM. */
int bench_nesting_add(const struct bench_result *result, struct table_text *table);
/* Nothing without rows. */
void bench_nesting_print(const struct table_text *table, FILE *out);

#endif
