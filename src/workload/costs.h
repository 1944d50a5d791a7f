/* SPDX-License-Identifier: MIT */
/*
 * What a primitive costs: the text of arch/NAME/costs.txt, or of a user's file. A line is
 *
 *	PRIMITIVE[@WORKLOAD] LOW TYPICAL HIGH UNIT SOURCE
 *	measured WORKLOAD PARAM=N[,..] LOW HIGH SOURCE
 *
 * The second kind holds a known ratio of lazy to immediate time, to set beside the modelled one.
 */
#ifndef LAZYMMU_WORKLOAD_COSTS_H
#define LAZYMMU_WORKLOAD_COSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "params.h"

enum primitive {
	PRIMITIVE_PTE_WRITE,
	PRIMITIVE_SECTION, /* its enter and leave */
	PRIMITIVE_CALL,	   /* what a syscall or a vmalloc() costs beside its pages */
	PRIMITIVE_PAGE,	   /* what a page costs beside its entry */
	/* From here on: work that a section can save. */
	PRIMITIVE_BARRIER,
	PRIMITIVE_LEVEL_SWITCH,
	PRIMITIVE_TLBIE_LOCAL,
	PRIMITIVE_TLBIE_GLOBAL,
	PRIMITIVE_HASH_FLUSH_SINGLE,
	PRIMITIVE_HASH_FLUSH_RANGE,
	PRIMITIVE_DEMAP,
	PRIMITIVE_CROSS_CALL,
	PRIMITIVE_HYPERCALL,
	PRIMITIVE_MULTICALL_ENTRY,
	PRIMITIVE_MMU_UPDATE,
	PRIMITIVE_EMULATED_WRITE,
	PRIMITIVE_INVLPG,
	PRIMITIVE_IPTE,
	PRIMITIVE_IPTE_RANGE,
	NR_PRIMITIVES,
};

extern const char *const primitive_names[NR_PRIMITIVES];

enum {
	MAX_COSTS = 128,   /* lines of one table, and those of a user's file */
	MAX_MEASURED = 64, /* lines */
	COST_TEXT_SIZE = 160,
	RATIO_ONE = 1000, /* ratios are in thousandths */
};

struct cost {
	enum primitive primitive;
	char workload[32]; /* "": of all */
	uint64_t low;	   /* picoseconds */
	uint64_t typical;
	uint64_t high;
	char source[COST_TEXT_SIZE];
};

struct measured_ratio {
	char workload[32];
	uint64_t params[NR_PARAMS];
	bool has_param[NR_PARAMS]; /* the others do not matter */
	unsigned int config;	   /* of enum config_flag */
	uint64_t low;		   /* thousandths */
	uint64_t high;
	char source[COST_TEXT_SIZE];
};

struct cost_table {
	struct cost items[MAX_COSTS]; /* a later one replaces an earlier one */
	size_t nr;
	struct measured_ratio measured[MAX_MEASURED];
	size_t nr_measured;
};

/* Where a text is wrong. */
struct cost_error {
	unsigned int line; /* from 1 */
	unsigned int column;
	char text[COST_TEXT_SIZE];
};

/* Adds the lines of a text. 0, or -EINVAL and *error. */
int costs_parse(const char *text, struct cost_table *table, struct cost_error *error);

/* The one that holds for a workload (NULL: a recording); NULL: it costs nothing. */
const struct cost *cost_find(const struct cost_table *table, enum primitive primitive,
			     const char *workload);

/* NULL: nobody measured it. */
const struct measured_ratio *measured_find(const struct cost_table *table, const char *workload,
					   const struct params *params, unsigned int config);

/* The tables that the program brings along, by backend; ends with a NULL name. */
struct shipped_costs {
	const char *arch;
	const char *text;
};
extern const struct shipped_costs shipped_costs[];

#endif
