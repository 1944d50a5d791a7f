/* SPDX-License-Identifier: MIT */
/*
 * The pages that the programs of a scenario name: where they are, what is mapped there at the
 * start, and which of them a CPU may load unasked.
 */
#ifndef LAZYMMU_EXPLORE_PAGES_H
#define LAZYMMU_EXPLORE_PAGES_H

#include "execution.h"

/* Before pages are mapped: where and how the backend of the machine holds writes back. */
void choose_lever(struct execution *execution);
/* 0 or -ENOMEM. */
int map_all_pages(struct execution *execution);
/* Which translations CPUs may load at any time. */
void find_refills(struct execution *execution);

#endif
