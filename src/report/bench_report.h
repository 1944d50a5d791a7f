/* SPDX-License-Identifier: MIT */
/* What a workload came to in both modes: exact counts first, modelled time behind them. */
#ifndef LAZYMMU_REPORT_BENCH_REPORT_H
#define LAZYMMU_REPORT_BENCH_REPORT_H

#include "json.h"
#include "model.h"

/* Of a recording on Xen: what it shows itself. */
struct recorded_multicalls {
	uint64_t nr;	 /* flushes of anything */
	uint64_t single; /* of one entry */
};

struct bench_result {
	const char *name;		 /* of the workload, or the path of a recording */
	const struct workload *workload; /* NULL: a recording */
	const char *arch;		 /* subject */
	const char *kernel;
	const char *machine;  /* options that were given of it, " --mmu radix"; "": none */
	struct params params; /* of a workload */
	struct measurement lazy;
	struct measurement immediate;
	struct measurement unnested; /* lazily, without the inner sections that it has */
	struct recorded_multicalls recorded;
	/* By bench_result_model(). */
	struct estimate lazy_time; /* picoseconds */
	struct estimate immediate_time;
	struct estimate ratio; /* thousandths */
	enum verdict_of_bench verdict;
	struct measured_ratio measured; /* its source is "": nobody measured it */
	struct estimate nesting_ratio;	/* lazy time by that of unnested, thousandths */
	enum verdict_of_bench nesting_verdict;
};

/* Its workload opens inner sections: unnested is measured, too. */
bool bench_result_nests(const struct bench_result *result);

/* config: of enum config_flag, that was asked for. */
void bench_result_model(struct bench_result *result, const struct cost_table *costs,
			unsigned int config);
void bench_result_fini(struct bench_result *result);

/* A block of text. 0 or -ENOMEM. */
int bench_result_text(const struct bench_result *result, FILE *out);
void bench_result_json(const struct bench_result *result, struct json *json);

/* Typical, and the range in brackets. */
struct table_text;
int bench_add_estimate(struct table_text *table, const struct estimate *estimate);

/*
 * One row of each, for a table of all: what differs, the share of batches of one, the ratio. swept:
 * NR_PARAMS if nothing is.
 */
void bench_summary_init(struct table_text *table, enum param swept);
int bench_summary_add(const struct bench_result *result, enum param swept,
		      struct table_text *table);

#endif
