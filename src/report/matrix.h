/* SPDX-License-Identifier: MIT */
/* The matrix as text: for each scenario a block with a row for each kernel. */
#ifndef LAZYMMU_REPORT_MATRIX_H
#define LAZYMMU_REPORT_MATRIX_H

#include "explore_report.h"

/* What is kept of a cell. */
struct matrix_cell {
	const struct subject *subject;
	const struct kernel *kernel;
	bool has_run; /* else it is in another shard */
	enum verdict verdict;
	uint32_t findings;
	bool is_expected;
};

/* Cells of one scenario: kernels by row, every one with the same subjects. 0 or -ENOMEM. */
int matrix_block_text(const char *scenario, const struct matrix_cell *cells, size_t nr,
		      size_t nr_subjects, FILE *out);
/* What the short words in the blocks mean; findings: those that occurred. */
void matrix_legend_text(uint32_t findings, FILE *out);

#endif
