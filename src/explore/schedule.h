/* SPDX-License-Identifier: MIT */
/*
 * Who chooses in a single execution: the moves of a schedule, chance, or nobody (each CPU goes on
 * as long as it can, undisturbed).
 */
#ifndef LAZYMMU_EXPLORE_SCHEDULE_H
#define LAZYMMU_EXPLORE_SCHEDULE_H

#include "execution.h"

struct schedule {
	struct execution *execution;
	uint32_t max_steps; /* the execution stops behind them */
	bool is_random;
	uint64_t random; /* state of the generator */
	const struct move *moves;
	size_t nr;
	size_t at;		   /* the move that is to come, or is being made */
	unsigned int taken;	   /* steps of it */
	const struct move *failed; /* could not be made; NULL: all could */
};

/* The execution asks the schedule from now on. */
void schedule_attach(struct schedule *schedule, struct execution *execution);

/*
 * After the run, unless it ended in a finding: the first move that was not made, or NULL. `TASK *`
 * may be no step at all.
 */
const struct move *schedule_unmade(const struct schedule *schedule);

#endif
