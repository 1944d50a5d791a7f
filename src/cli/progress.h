/* SPDX-License-Identifier: MIT */
/*
 * While a search runs or a recording is read: a line on a terminal, the time limit, and SIGINT and
 * SIGTERM, which end it so that it can say how far it came.
 */
#ifndef LAZYMMU_CLI_PROGRESS_H
#define LAZYMMU_CLI_PROGRESS_H

#include "explore.h"

struct progress {
	bool is_shown;
	bool is_drawn; /* the line stands on the terminal */
	uint32_t calls;
	uint64_t now;	   /* nanoseconds, of the last look at the clock */
	uint64_t next;	   /* when the line may change */
	uint64_t deadline; /* 0: none */
	bool is_late;
	char label[128]; /* what runs */
};

/* max_seconds 0: no limit, else for all that is explored from now on. */
void progress_init(struct progress *progress, uint64_t max_seconds);
/* go_on of explore_options; data is the progress. */
bool progress_go_on(void *data, const struct exploration_counts *counts);
/* The same while a recording is read: false when a signal asked to stop. */
bool progress_lines(struct progress *progress, uint64_t lines);
/* Takes the line away. */
void progress_erase(struct progress *progress);

/* A signal asked to stop. */
bool was_interrupted(void);

#endif
