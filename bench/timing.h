/* SPDX-License-Identifier: MIT */
/*
 * Processor time of an operation, taken until it is stable. Cases that are compared take turns, so
 * that a machine which is busy for a while is so for all of them.
 */
#ifndef LAZYMMU_BENCH_TIMING_H
#define LAZYMMU_BENCH_TIMING_H

#include <stddef.h>
#include <stdint.h>

enum {
	MIN_ROUNDS = 11,
	MAX_ROUNDS = 301,	/* an odd number has a median */
	ROUND_NS = 1000000,	/* a case's turn is at least as long */
	MAX_STABLE_SPREAD = 50, /* thousandths of the median */
};

struct timed_case {
	void (*prepare)(void *data); /* before each run, not timed; NULL: runs follow each other */
	uint64_t (*run)(void *data); /* how many operations it made; 0: it could not */
	void *data;
};

struct timing {
	uint64_t median; /* picoseconds for each operation */
	uint64_t spread; /* the middle half of the rounds: thousandths of the median */
	uint64_t rounds;
};

/* Until all are stable, or MAX_ROUNDS. 0, -ENOMEM, or -EIO: one could not run. */
int time_cases(const struct timed_case *cases, size_t nr, struct timing *ret);

/* Sorts the samples; nr is odd. */
struct timing timing_of(uint64_t *samples, size_t nr);

static inline int timing_is_stable(const struct timing *timing)
{
	return timing->spread <= MAX_STABLE_SPREAD;
}

#endif
