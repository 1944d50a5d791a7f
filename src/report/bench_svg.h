/* SPDX-License-Identifier: MIT */
/*
 * A picture of results: for each workload, backend and kernel the ratio with its range against what
 * was swept, and beside it the sizes of the batches. Shades of grey alone; every number is a whole
 * one, so that the same results are the same bytes.
 */
#ifndef LAZYMMU_REPORT_BENCH_SVG_H
#define LAZYMMU_REPORT_BENCH_SVG_H

#include <stdio.h>

#include "bench_report.h"

struct picture {
	enum param swept; /* NR_PARAMS: nothing */
	struct picture_point *points;
	size_t nr;
	size_t capacity;
};

/* The names of the result must stay where they are. 0 or -ENOMEM. */
int picture_add(struct picture *picture, const struct bench_result *result);
void picture_write(const struct picture *picture, FILE *out);
void picture_fini(struct picture *picture);

#endif
