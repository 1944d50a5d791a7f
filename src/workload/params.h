/* SPDX-License-Identifier: MIT */
/* What a workload can be told: how many pages, how they lie, what state they are in. */
#ifndef LAZYMMU_WORKLOAD_PARAMS_H
#define LAZYMMU_WORKLOAD_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

enum param {
	PARAM_PAGES,   /* that are there when it begins, or that it maps */
	PARAM_SECTION, /* pages of one section; 0: all that a table holds */
	PARAM_EVERY,   /* one of so many pages is there, or folios */
	PARAM_FOLIO,   /* pages of one folio of anonymous memory */
	PARAM_DIRTY,   /* percent of the pages that are dirty */
	PARAM_YOUNG,   /* percent of the pages that are young */
	PARAM_CPUS,    /* in the mask of the address space */
	PARAM_RESCHED, /* need_resched() says yes each so many times; 0: never */
	PARAM_NEST,    /* pages for each call that opens inner sections; 0: no such call */
	PARAM_DEPTH,   /* inner sections that it opens, one in the other */
	NR_PARAMS,
};

/* One row of `lazymmu list params`. */
struct param_range {
	const char *name;
	uint64_t value; /* unless it is given */
	uint64_t min;
	uint64_t max;
	const char *meaning;
};

extern const struct param_range param_ranges[NR_PARAMS];

struct params {
	uint64_t n[NR_PARAMS];
};

/* Its values are powers of two. */
static inline bool param_is_power(enum param param)
{
	return param == PARAM_FOLIO;
}

void params_init(struct params *params);
/* NR_PARAMS: no parameter has that name; it may end before the text does. */
enum param param_find(const char *name, int length);

#endif
