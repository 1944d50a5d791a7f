/* SPDX-License-Identifier: MIT */
/*
 * The plain enumerator, the oracle of the explorer: every complete choice sequence of a scenario is
 * executed, one after the other, in lexicographic order. No state is remembered, nothing is pruned,
 * nothing is symmetric.
 */
#ifndef LAZYMMU_TESTS_EXPLORE_ENUMERATE_H
#define LAZYMMU_TESTS_EXPLORE_ENUMERATE_H

#include "explore.h"
#include "key.h"

enum { MAX_CHOICES = 512, MAX_FINALS = 4096 };

/* Distinct keys of states in which nothing can happen any more. */
struct final_set {
	struct fingerprint keys[MAX_FINALS];
	uint32_t nr;
	struct fingerprint sum; /* as exploration_result.final_states */
};

struct enumeration {
	bool is_complete; /* false: more executions than allowed, or a way too long */
	uint64_t executions;
	uint32_t findings; /* of all ways: a bit for each enum finding_kind */
	/* The best failing way: fewest disturbances, then fewest steps, then the first. */
	bool has_witness;
	uint32_t disturbances;
	uint32_t steps;
	uint32_t nr_choices;
	uint16_t choices[MAX_CHOICES];
	struct final_set finals;	   /* every task and CPU unlike any other */
	struct final_set canonical_finals; /* with the symmetry of the explorer */
};

/* 0 or what execution_create() says. Ways with more disturbances are left out. */
int enumerate(const struct execution_setup *setup, uint32_t max_disturbances,
	      uint64_t max_executions, struct enumeration *ret);

#endif
