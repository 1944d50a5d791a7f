/* SPDX-License-Identifier: MIT */
/*
 * What the stamps of `perf script` mean: times, or with --deltatime what went by since the line
 * before. Nothing in the text names the option. Either may begin at 0.000000, --reltime always
 * does, and so do the mappings that perf lists first; but perf prints lines in their order, so that
 * only differences go back.
 */
#ifndef LAZYMMU_TRACE_PERF_CLOCK_H
#define LAZYMMU_TRACE_PERF_CLOCK_H

#include <stdint.h>

/* Zeroed: before the first line. */
struct perf_clock {
	enum {
		PERF_STAMPS_NEW,
		PERF_STAMPS_UNDECIDED,
		PERF_STAMPS_TIMES,
		PERF_STAMPS_DIFFERENCES,
	} stamps;
	uint64_t last;
	uint64_t sum;
	unsigned int nr_ascending; /* lines that times explain, and differences hardly */
};

/* When a line is, whose stamp is given; EVENT_NO_TIME where that depends on what is not decided. */
uint64_t perf_clock_time(struct perf_clock *clock, uint64_t stamp);

#endif
