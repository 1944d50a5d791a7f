/* SPDX-License-Identifier: MIT */
/* The first states of a scenario that the program brings along, explored on its newest kernel. */
#ifndef LAZYMMU_BENCH_EXPLORE_LOAD_H
#define LAZYMMU_BENCH_EXPLORE_LOAD_H

#include "execution.h"

struct explore_load {
	struct scenario *scenario;
	struct execution_setup setup;
};

/* 0, -EINVAL (no such scenario or subject) or -ENOMEM; explore_load_fini() in any case. */
int explore_load_init(struct explore_load *load, const char *scenario, const char *subject);
void explore_load_fini(struct explore_load *load);

/* How many states it found; 0: it could not be explored. */
uint64_t explore_load_run(struct explore_load *load);

#endif
