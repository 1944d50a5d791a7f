/* SPDX-License-Identifier: MIT */
/*
 * The states that a search has reached, and the way to each: the choice that led to it from an
 * earlier one. States are told apart by the 128 bits of their key.
 */
#ifndef LAZYMMU_EXPLORE_VISITED_H
#define LAZYMMU_EXPLORE_VISITED_H

#include <stdbool.h>
#include <stddef.h>

#include "fingerprint.h"

#define NO_STATE UINT32_MAX

/* What a way costs: fewer disturbances first, then fewer steps. */
struct cost {
	uint32_t disturbances;
	uint32_t steps;
};

enum { NR_BEGINNING_WORDS = 2 };

/* The first choices of a way, 4 bits each, the first on top. */
struct beginning {
	uint64_t words[NR_BEGINNING_WORDS];
};

struct state {
	uint32_t parent;	    /* NO_STATE: the start */
	uint16_t choice;	    /* index of the action at the parent */
	uint16_t nr_actions;	    /* possible here; 0: nothing can happen any more */
	uint32_t depth;		    /* choices from the start */
	struct beginning beginning; /* of the way */
	struct cost cost;
	uint32_t findings; /* a bit for each enum finding_kind: the way ends here */
	bool is_expanded;
};

struct visited {
	struct state *states;
	uint32_t nr;
	uint32_t capacity;
	/* Open addressing; 0: free, else an index and one. */
	uint32_t *slots;
	struct fingerprint *keys; /* by slot */
	uint32_t nr_slots;	  /* power of two */
};

/* 0 or -ENOMEM. */
int visited_init(struct visited *visited);
void visited_fini(struct visited *visited);

/* NO_STATE: not reached yet. */
uint32_t visited_find(const struct visited *visited, const struct fingerprint *key);
/* A new state; key NULL: one that nobody looks for. Its index, or NO_STATE: no memory. */
uint32_t visited_add(struct visited *visited, const struct fingerprint *key,
		     const struct state *state);

static inline int cost_compare(struct cost a, struct cost b)
{
	if (a.disturbances != b.disturbances)
		return a.disturbances < b.disturbances ? -1 : 1;
	return (a.steps > b.steps) - (a.steps < b.steps);
}

/* What state->beginning is for a choice behind the way to a state; NO_STATE: the start. */
struct beginning visited_beginning(const struct visited *visited, uint32_t parent, uint16_t choice);

/* The choices that lead to a state, first to last; the caller frees them. NULL: no memory. */
uint16_t *visited_path(const struct visited *visited, uint32_t state);

/*
 * Order of two ways, each a choice behind the way to a state: the first choice in which they differ
 * decides, and a way comes before what it is the beginning of.
 */
int visited_compare_ways(const struct visited *visited, uint32_t parent_x, uint16_t choice_x,
			 uint32_t parent_y, uint16_t choice_y);

#endif
