/* SPDX-License-Identifier: MIT */
/* One cell of the matrix: a scenario explored on one subject and kernel, with its witness. */
#ifndef LAZYMMU_EXPLORE_CELL_H
#define LAZYMMU_EXPLORE_CELL_H

#include <stdio.h>

#include "explore.h"
#include "history.h"

struct cell {
	struct execution_setup setup;
	enum verdict verdict;
	const char *reason; /* why it is n/a or bounded, else NULL */
	struct exploration_result result;
	/* Of the witness; empty when nothing was found. */
	struct history history;
	struct move *moves;
	size_t nr_moves;
	struct finding finding; /* the first */
};

/*
 * Searches, and runs the witness once more. 0, -EINVAL (page size), -ENOMEM, or what prepare of the
 * scenario returned; the cell is to be ended with cell_fini() in any case.
 */
int cell_search(const struct execution_setup *setup, const struct explore_options *options,
		struct cell *ret);
/* The same where it applies, else n/a. 0 or -ENOMEM. */
int cell_explore(const struct execution_setup *setup, const struct explore_options *options,
		 struct cell *ret);
/*
 * The same with one schedule, undisturbed behind its last move, instead of a search: what finds
 * nothing is bounded. *unmade is the first move that was not possible, NULL: all were.
 */
int cell_follow(const struct execution_setup *setup, const struct move *moves, size_t nr,
		struct cell *ret, const struct move **unmade);
void cell_fini(struct cell *cell);

/*
 * The scenario as native text that stands for itself: with the machine that the cell ran on and the
 * schedule of the witness. 0 or -ENOMEM; errors of the stream are its own.
 */
int cell_write_witness(const struct cell *cell, FILE *out);

/* The cell came out as the scenario expects; steps are those of the witness. */
bool cell_meets(const struct cell *cell, const struct expectation *expectation, unsigned int steps);

#endif
