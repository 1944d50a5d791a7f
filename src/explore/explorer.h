/* SPDX-License-Identifier: MIT */
/*
 * Trying choices: one machine in one OS thread gets back to a state by making the choices that lead
 * there again, makes one more, and says where that led. Several of them share the states of a batch
 * and look at nothing but what they were given, so that their number changes no result.
 */
#ifndef LAZYMMU_EXPLORE_EXPLORER_H
#define LAZYMMU_EXPLORE_EXPLORER_H

#include "execution.h"
#include "key.h"
#include "visited.h"

/* Where a choice led. */
struct outcome {
	enum stop_reason stop;
	uint16_t nr_actions;
	uint32_t findings; /* a bit for each enum finding_kind; then there is no key */
	struct cost cost;
	struct fingerprint key;
};

/* States to expand, and what came of each of their choices, one state after the other. */
struct batch {
	const uint32_t *states;
	uint32_t nr;
	struct outcome *outcomes;
	const uint32_t *first; /* by state: its first outcome */
	uint32_t next;	       /* the first state that nobody has taken */
};

struct explorers;

/* nr threads, 1: the caller's alone. 0, -EINVAL (page size) or -ENOMEM. */
int explorers_create(const struct execution_setup *setup, bool no_reduce, int nr,
		     struct explorers **ret);
void explorers_destroy(struct explorers *explorers);

/* Where the scenario starts. */
void explorers_start(struct explorers *explorers, struct outcome *ret);
/* Expands the states of a batch. 0 or -ENOMEM. */
int explorers_expand(struct explorers *explorers, const struct visited *visited,
		     struct batch *batch);
/*
 * Goes on undisturbed behind the rule that is broken in a state; the kinds of findings in order of
 * time, and how many.
 */
unsigned int explorers_follow(struct explorers *explorers, const struct visited *visited,
			      uint32_t state, enum finding_kind found[NR_FINDING_KINDS]);
/* Schedule points passed so far, by all of them. */
uint64_t explorers_steps(const struct explorers *explorers);

#endif
