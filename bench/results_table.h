/* SPDX-License-Identifier: MIT */
/* Results for people, beside those of an earlier file. */
#ifndef LAZYMMU_BENCH_RESULTS_TABLE_H
#define LAZYMMU_BENCH_RESULTS_TABLE_H

#include "results.h"
#include "table.h"

struct results_table {
	struct table_text text;
	const struct results *earlier; /* NULL: nothing to compare with */
};

/* All return 0 or -ENOMEM. */
int results_table_init(struct results_table *table, const struct results *earlier);
/* store: the plain loop of the same run, NULL: none. */
int results_table_add(struct results_table *table, const struct result *result,
		      const char *operation, const struct result *store);

#endif
