/* SPDX-License-Identifier: MIT */
/*
 * Counts turned into time, and two times into a ratio. Whole numbers throughout, so that every
 * compiler comes to the same digits.
 */
#ifndef LAZYMMU_WORKLOAD_MODEL_H
#define LAZYMMU_WORKLOAD_MODEL_H

#include "costs.h"
#include "workload.h"

struct estimate {
	uint64_t low;
	uint64_t typical;
	uint64_t high;
};

/* How often each primitive was used. */
struct usage {
	uint64_t n[NR_PRIMITIVES];
};

struct usage usage_of(const struct measurement *measurement);
/* Of page tables alone: what was counted, without calls and pages. */
struct usage usage_of_counters(const struct counters *counters);

/* Picoseconds; UINT64_MAX stands for anything longer. workload NULL: a recording. */
struct estimate modelled_time(const struct cost_table *table, const char *workload,
			      const struct usage *usage);

/* Typical costs, looked up once for who asks often. */
struct prices {
	uint64_t n[NR_PRIMITIVES]; /* picoseconds */
};

struct prices typical_prices(const struct cost_table *table, const char *workload);
/* The typical of modelled_time(). */
uint64_t priced_time(const struct prices *prices, const struct usage *usage);

/*
 * Lazy time by immediate time, in thousandths. A primitive costs the same in both, whatever it
 * costs: low and high are the extremes over all costs in their ranges, not of two separate times.
 */
struct estimate modelled_ratio(const struct cost_table *table, const char *workload,
			       const struct usage *lazy, const struct usage *immediate);

enum verdict_of_bench {
	BENCH_SAME,	 /* no work of the hardware was saved, and none was added */
	BENCH_GAIN,	 /* faster whatever the costs in their ranges */
	BENCH_LOSS,	 /* slower */
	BENCH_UNDECIDED, /* it depends */
	BENCH_BUG, /* the kernel did not live to see the end: what else is told is of a model that
		      went on */
};

enum verdict_of_bench bench_verdict(const struct estimate *ratio, const struct usage *lazy,
				    const struct usage *immediate);

/*
 * How long a held-back write waits for the hardware to see it: the writes that were held back after
 * it, up to the release of both.
 */
struct waiting {
	uint64_t longest;
	uint64_t mean; /* thousandths */
};

struct waiting waiting_of(const struct counters *counters);

/* Batches of one, of all; thousandths of them. */
uint64_t batches(const struct counters *counters);
uint64_t batches_of_one(const struct counters *counters);
uint64_t share(uint64_t part, uint64_t whole);

#endif
