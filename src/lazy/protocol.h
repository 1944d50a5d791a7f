/* SPDX-License-Identifier: MIT */
/*
 * What each way of remembering a section costs by itself: the operations that its source asks for,
 * without those of the hooks that it calls, of `current`, and of debug checks.
 */
#ifndef LAZYMMU_LAZY_PROTOCOL_H
#define LAZYMMU_LAZY_PROTOCOL_H

#include "kernel.h"

/* One row of `lazymmu list protocols`. */
struct protocol_cost {
	enum section_api api;
	const char *calls;
	unsigned int loads; /* of memory: a counter, a flag, the preempt count */
	unsigned int stores;
	unsigned int tests; /* of what was loaded, each a branch */
	unsigned int hooks; /* calls of the backend */
};

/* Ends with NULL calls. */
extern const struct protocol_cost protocol_costs[];

/* By enum section_api. */
extern const char *const section_api_names[];

#endif
