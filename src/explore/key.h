/* SPDX-License-Identifier: MIT */
/*
 * When two states are one: a fingerprint of everything that the future depends on. Tasks with the
 * same program are interchangeable, and so are CPUs.
 */
#ifndef LAZYMMU_EXPLORE_KEY_H
#define LAZYMMU_EXPLORE_KEY_H

#include "execution.h"
#include "fingerprint.h"

struct symmetry {
	unsigned int class_of[MAX_SCENARIO_TASKS]; /* the first task with the same program */
	bool cpus_are_equal;
};

/* none: every task and CPU is unlike any other. */
void symmetry_find(const struct scenario *scenario, bool none, struct symmetry *ret);

/* Of the state that the execution stopped in. */
struct fingerprint execution_key(const struct execution *execution,
				 const struct symmetry *symmetry);

#endif
