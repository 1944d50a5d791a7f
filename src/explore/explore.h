/* SPDX-License-Identifier: MIT */
/*
 * The search: every order in which the tasks, CPUs and handlers of a scenario can act, until it
 * finds the shortest one that breaks a rule or has seen every state.
 *
 * States are expanded in the order of what it costs to reach them: fewest disturbances
 * (preemptions, interrupts, speculative loads), then fewest steps, then the way whose first
 * different choice comes earlier. So the first way found to a broken rule is the one to show, and a
 * state that was reached before need not be looked at again: everything behind it has been, or will
 * be, reached on a better way.
 */
#ifndef LAZYMMU_EXPLORE_EXPLORE_H
#define LAZYMMU_EXPLORE_EXPLORE_H

#include "execution.h"
#include "fingerprint.h"

struct exploration_counts {
	uint64_t states;       /* different ones, the start included */
	uint64_t transitions;  /* choices that were tried */
	uint64_t steps;	       /* schedule points that were passed, all executions together */
	uint64_t merged;       /* choices that led to a state that was known */
	uint64_t frontier;     /* states that wait */
	uint32_t disturbances; /* of the states that are expanded now */
	uint32_t depth;	       /* steps of them */
};

struct explore_options {
	uint64_t max_states;	   /* 0: no bound */
	uint32_t max_disturbances; /* UINT32_MAX: no bound */
	int jobs;		   /* threads, at least 1 */
	bool no_reduce;		   /* tasks and CPUs are all different */
	bool all;		   /* go on behind the first finding */
	/* Asked now and then; false: stop here. NULL: never. */
	bool (*go_on)(void *data, const struct exploration_counts *counts);
	void *data;
};

enum stop_bound {
	BOUND_NONE,
	BOUND_STATES,
	BOUND_DISTURBANCES,
	BOUND_STEPS, /* MAX_EXECUTION_STEPS */
	BOUND_STACK,
	BOUND_STOPPED,	/* go_on() said so */
	BOUND_SCHEDULE, /* one schedule was asked for */
};

struct witness {
	uint16_t *choices;
	uint32_t nr_choices;
	uint32_t findings; /* of its last step: a bit for each enum finding_kind */
	uint32_t disturbances;
	uint32_t steps;
	/* Kinds in order of time; behind those of the last step what comes when nobody disturbs. */
	enum finding_kind found[NR_FINDING_KINDS];
	unsigned int nr_found;
};

struct exploration_result {
	enum verdict verdict;
	enum stop_bound bound; /* why it is VERDICT_BOUNDED */
	struct exploration_counts counts;
	uint32_t findings;	/* all that were found; without `all` those of the witness */
	struct witness witness; /* choices NULL: nothing was found */
	/* Set fingerprint of the states in which everything has ended. */
	struct fingerprint final_states;
	uint64_t nr_final_states;
};

/* 0, -EINVAL (page size) or -ENOMEM. */
int explore(const struct execution_setup *setup, const struct explore_options *options,
	    struct exploration_result *ret);
void exploration_result_fini(struct exploration_result *result);

#endif
