/* SPDX-License-Identifier: MIT */
/*
 * An execution as rows for people: one part of an operation (test, count, flag, hook) or one event
 * of a context (preemption, switch, interrupt) each. Schedule points that have no name belong to
 * the row before them.
 */
#ifndef LAZYMMU_REPORT_TIMELINE_H
#define LAZYMMU_REPORT_TIMELINE_H

#include <stdio.h>

#include "history.h"

enum { MAX_ROW_TEXT = 256 };

struct timeline_row {
	struct moment moment;
	bool gave_up;  /* MOMENT_SWITCH: the one who gives way was not done, and did not ask for it
			*/
	bool is_hooks; /* MOMENT_PART: of the hooks of a context switch */
	char text[MAX_ROW_TEXT];
};

struct timeline {
	const struct scenario *scenario;
	struct timeline_row *rows;
	size_t nr;
	size_t first;		  /* row at which the failing operation begins */
	unsigned int steps;	  /* of the failing task from there on */
	char where[MAX_ROW_TEXT]; /* the failing part; "": nothing went wrong */
};

/* went_wrong: in its last moment. 0 or -ENOMEM. */
int timeline_build(const struct history *history, const struct scenario *scenario, bool went_wrong,
		   struct timeline *ret);
void timeline_fini(struct timeline *timeline);

/* A column for each CPU; mark stands behind the row that went wrong, NULL: none did. */
void timeline_print(const struct timeline *timeline, int nr_cpus, const char *mark, FILE *out);

#endif
