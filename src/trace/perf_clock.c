/* SPDX-License-Identifier: MIT */
/* Times or differences. */
#include "perf_clock.h"
#include "event.h"

/* ASSUME: differences do not go up, or stay, for so many lines. */
enum { MAX_ASCENDING = 16 };

static void decide(struct perf_clock *clock, uint64_t stamp)
{
	if (clock->stamps == PERF_STAMPS_NEW)
		clock->stamps = stamp ? PERF_STAMPS_TIMES : PERF_STAMPS_UNDECIDED;
	if (clock->stamps != PERF_STAMPS_UNDECIDED)
		return;
	if (stamp < clock->last)
		clock->stamps = PERF_STAMPS_DIFFERENCES;
	else if (stamp != clock->sum && ++clock->nr_ascending == MAX_ASCENDING)
		clock->stamps = PERF_STAMPS_TIMES;
}

uint64_t perf_clock_time(struct perf_clock *clock, uint64_t stamp)
{
	clock->sum += stamp;
	decide(clock, stamp);
	clock->last = stamp;
	if (clock->stamps == PERF_STAMPS_DIFFERENCES)
		return clock->sum;
	return clock->stamps == PERF_STAMPS_TIMES || stamp == clock->sum ? stamp : EVENT_NO_TIME;
}
