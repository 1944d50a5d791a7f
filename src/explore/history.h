/* SPDX-License-Identifier: MIT */
/* What happened in one execution, step by step, and the schedule that makes it happen again. */
#ifndef LAZYMMU_EXPLORE_HISTORY_H
#define LAZYMMU_EXPLORE_HISTORY_H

#include "execution.h"

struct history {
	struct moment *moments;
	size_t nr;
	size_t capacity;
	bool out_of_memory;
};

/* record of an execution; data is its history. */
void history_record(void *data, const struct moment *moment);
void history_fini(struct history *history);

/* The moves of a schedule; the caller frees them. 0 or -ENOMEM. */
int history_moves(const struct history *history, const struct scenario *scenario, struct move **ret,
		  size_t *nr);

#endif
