/* SPDX-License-Identifier: MIT */
/*
 * A file of results, to be compared with later ones. Text; its first line is `#micro 1`, other
 *lines that begin with # are comments, and each case is a line of four words:
 *
 *	CASE NS SPREAD ROUNDS
 *
 * NS is the median of an operation in nanoseconds, SPREAD what the middle half of the rounds spans,
 * as a part of that; both have at most three decimals.
 */
#ifndef LAZYMMU_BENCH_RESULTS_H
#define LAZYMMU_BENCH_RESULTS_H

#include <stdio.h>

#include "reader.h"
#include "timing.h"

enum {
	MAX_RESULTS = 256,
	CASE_NAME_SIZE = 64,
};

struct result {
	char name[CASE_NAME_SIZE]; /* no blanks */
	struct timing timing;
};

struct results {
	struct result items[MAX_RESULTS];
	size_t nr;
};

/* 0, -EINVAL with a diag, or -errno. path "-" is standard input. */
int results_read(const char *path, struct results *ret, struct diag *diag);
void results_write(const struct results *results, FILE *out);

/* NULL: there is none of that name. */
const struct result *results_find(const struct results *results, const char *name);

#endif
