/* SPDX-License-Identifier: MIT */
/* Sections inside a section: what a callee costs that opens some. */
#ifndef LAZYMMU_WORKLOAD_NESTED_H
#define LAZYMMU_WORKLOAD_NESTED_H

#include "bed.h"

/* Memory of which the backend holds changes back. */
int map_nested(struct bed *bed);
int run_nested(struct bed *bed);

#endif
